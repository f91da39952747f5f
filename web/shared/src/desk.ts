/**
 * The shapes behind the pages of those who run the shop: evaluations, figures, people, doors, programs. Those of the HTTP
 * API are generated from its OpenAPI document; a report is described here, because the document leaves its inside open
 * (src/eval). Types only.
 */
import type { components } from './api.gen.ts'
import type { Action, Lang } from './wire.ts'

type Schemas = components['schemas']
type Filled<T, K extends keyof T> = T & { [P in K]-?: NonNullable<T[P]> }

// ---- evaluations

/** An evaluation without its turns. `counts`: how many of how many a share is made of. */
export type Evaluation = Omit<Schemas['Evaluation'], 'counts'> & { counts: Record<string, [number, number]> }
export type NewEvaluation = Schemas['NewEvaluation']

/** A place on the risk–coverage curve: what answering from this confidence on would give. */
export interface CurvePoint {
  threshold: number
  answered: number
  right: number
  coverage: number
  precision: number
}

/** A passage by its place and words. */
export interface Cited {
  document: string
  section: string
  quote: string
  score: number
}

/** One thing that is wrong with a turn. */
export interface TurnProblem {
  check: 'action' | 'intent' | 'slot' | 'citation' | 'content' | 'forbidden'
  detail: string
}

/** A turn: what was said, expected and done. */
export interface PlayedTurn {
  id: string
  dialog: string
  turn: number
  lang: Lang
  tags: string[]
  text: string
  expect: {
    action?: Action | null
    intent?: string | null
    gold_docs?: string[]
    must_contain_any?: string[][]
    must_not_contain?: string[]
  }
  got: {
    action: Action
    text: string
    confidence: number
    intent?: string | null
    slots: [string, string][]
    citations: Cited[]
    reason: string
    threshold: number
    candidates: Cited[]
    query?: string | null
    rule?: string | null
  }
  verdict: { problems: TurnProblem[] }
  ms: number
}

export interface TagFigures {
  tag: string
  turns: number
  turns_right: number
}

/** Answers of one stretch of confidence: how sure the bot was on average, and how often it was right. */
export interface ReliabilityBin {
  confidence: number
  accuracy: number
  count: number
}

export interface EvaluationReport {
  subject: Record<string, string>
  detail: {
    /** Expected action → action taken → turns. */
    actions: Partial<Record<Action, Partial<Record<Action, number>>>>
    tags: TagFigures[]
    curve: { points: CurvePoint[] }
    operating_point: CurvePoint
    /** Target precision in percent → the point that reaches it with the most answers. */
    targets: Record<string, CurvePoint | null>
    reliability: ReliabilityBin[]
    turns: PlayedTurn[]
  }
}

export interface EvaluationWithTurns {
  evaluation: Evaluation
  report: EvaluationReport
}

/** What one version decides on a turn. */
export type DecidedTurn = PlayedTurn['got']

/** A turn of a stored or live conversation, decided by two versions. */
export interface TurnPair {
  /** `conversation/seq`. */
  id: string
  text: string
  before: DecidedTurn
  after: DecidedTurn
  /** Whether the visitor found the answer of then helpful. */
  helpful?: boolean | null
  differs: ('action' | 'words' | 'source' | 'intent')[]
}

export interface ReplayReport {
  detail: { pairs: TurnPair[] }
}

/** What is kept of an evaluation: of labelled dialogs, or of conversations played again. */
export type KeptEvaluation = EvaluationWithTurns | { evaluation: Evaluation; report: ReplayReport }
export type NewReplay = Schemas['NewReplay']

/** A version that answers beside the one in use, silently. */
export type ShadowRun = Schemas['ShadowRun']

/** A turn that came out differently. */
export interface TurnChange {
  id: string
  text: string
  before: string
  after: string
}

/** Two evaluations held against each other. */
export interface EvaluationComparison {
  metrics: Record<string, number>
  detail: {
    differences: { metric: string; before: number; after: number }[]
    better: TurnChange[]
    worse: TurnChange[]
    /** Turns that only one of them has. */
    unpaired: number
  }
}

// ---- figures

export type Figures = Schemas['Figures']
export type FiguresGroup = Schemas['Group']
export type Overview = Schemas['Overview']
export type GroupBy = 'day' | 'agent' | 'team'
export type FindingRecord = Schemas['FindingRecord']
export type Presence = Schemas['Presence']

// ---- people

export type Team = Schemas['Team']
export type TeamDraft = Filled<Schemas['TeamDraft'], 'closed' | 'members' | 'skills'>
export type NewUser = Schemas['NewUser']
export type UserUpdate = Schemas['UserUpdate']
export type AuditEntry = Schemas['AuditEntry']

// ---- doors

export type Day = Schemas['Day']
export type OfficeHours = Schemas['OfficeHours']
export type InboxSettings = Filled<Schemas['InboxSettings'], 'allowed_origins' | 'assignment'>
export type InboxDraft = Schemas['InboxDraft']

export type CannedResponse = Schemas['CannedResponse']
export type CannedDraft = Schemas['CannedDraft']
/** A reply kept ready, filled in for the conversation it is wanted in. */
export type CannedReply = Schemas['Reply']

// ---- programs

export type ApiKey = Schemas['ApiKey']
export type ApiKeyDraft = Schemas['ApiKeyDraft']
export type MadeKey = Schemas['MadeKey']

/** The names events have on the wire; the document of the API has those of the program. */
export type WebhookEvent =
  | 'conversation_created'
  | 'conversation_updated'
  | 'conversation_status_changed'
  | 'message_created'
  | 'message_updated'
  | 'contact_created'
  | 'contact_updated'
  | 'webwidget_triggered'
  | 'handoff_requested'
  | 'conversation_assigned'
  | 'csat_received'
  | 'ping'
type OnTheWire<T> = Omit<T, 'events'> & { events: WebhookEvent[] }
export type Webhook = OnTheWire<Schemas['Webhook']>
export type WebhookDraft = OnTheWire<
  Filled<Omit<Schemas['WebhookDraft'], 'secret'>, 'allow_private' | 'enabled' | 'format'>
> & { secret?: string }
export type MadeWebhook = Webhook & { secret: string }
export type Delivery = Omit<Schemas['Delivery'], 'event'> & { event: WebhookEvent }
