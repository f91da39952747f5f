/**
 * The shapes the server speaks, in the server's own names. Those of the HTTP API are generated from its OpenAPI document
 * (`npm run api`); those of the WebSocket are a mirror of src/domain. Types only, nothing is computed here. Ids are
 * UUIDv7 strings, times RFC 3339 in UTC.
 */
import type { components } from './api.gen.ts'

type Schemas = components['schemas']
/** The server fills in what a request may leave out. */
type Filled<T, K extends keyof T> = T & { [P in K]-?: NonNullable<T[P]> }
/** What the server does not have it leaves out rather than sending null. */
type Absent<T, K extends keyof T> = Omit<T, K> & { [P in K]?: NonNullable<T[P]> }

export type Lang = Schemas['Lang']

// ---- conversations and messages

export type Status = Schemas['Status']
export type SenderKind = Schemas['SenderKind']
export type EventName = Schemas['EventName']

export type Sender = Schemas['Sender']

/** Where an answer stands: `quote` is verbatim text of the passage. */
export type Citation = Schemas['Citation']

export type Choice = Schemas['Choice']

export type CardField = Schemas['CardField']

export type Card = Schemas['Card']

export type Content = Schemas['Content']

/** `seq` rises by one without gaps within a conversation and is its order. */
export type Message = Absent<Schemas['Message'], 'client_id'>

export type Visitor = Schemas['Visitor']

export type Page = Schemas['Page']

export type Conversation = Schemas['Conversation']

/** How far whoever asks and the other side have read a conversation. */
export type Reads = Schemas['Reads']
export type CloseReason = Schemas['CloseReason']

/** What a visitor's client is told of a conversation. */
export type ConversationHead = Pick<Conversation, 'id' | 'status' | 'assignee' | 'version' | 'last_seq'>

/** The visitor's own view of a session, as `POST /visitor/sessions` answers. */
export interface VisitorSession {
  token: string
  visitor: { id: string }
  conversation: Pick<Conversation, 'id' | 'status' | 'last_seq'> & Reads
  inbox: { name: string; greeting: string; suggestions: string[] }
}

// ---- understanding and decisions

export type Action = Schemas['Action']
export type PathName = Schemas['PathName']

export type IntentScore = Schemas['IntentScore']

/** Offsets are Unicode scalar values, `end` exclusive. */
export type Slot = Schemas['Slot']

export type Parse = Schemas['Parse']

export type Candidate = Schemas['Candidate']

export type PathReport = Schemas['PathReport']

export type Explanation = Schemas['Explanation']

export type Decision = Schemas['Decision']

export type Attachment = Schemas['Attachment']

/** A conversation in short, for whoever takes it over. */
export type HandoffPacket = Schemas['HandoffPacket']

export type Suggestion = Schemas['Suggestion']

// ---- knowledge and work

export type Format = Schemas['Format']

export type Document = Filled<Schemas['Document'], 'tags' | 'audience'>

export type Chunk = Schemas['Chunk']

export type Faq = Filled<Schemas['Faq'], 'similar' | 'tags' | 'audience'>

/** What an administrator writes; the rest of a {@link Faq} is the server's. */
export type FaqDraft = Pick<Faq, 'question' | 'similar' | 'answer' | 'tags'> &
  Partial<Pick<Faq, 'base' | 'audience' | 'valid_from' | 'valid_to'>>

export type Job = Schemas['Job']

// ---- teaching

export type SlotLabel = Filled<Schemas['SlotLabel'], 'value'>

export type IntentSummary = Schemas['IntentSummary']

export type Origin = Schemas['Origin']

export type IntentExample = Absent<Omit<Schemas['IntentExample'], 'slots'>, 'lang'> & { slots: SlotLabel[] }

export type TeachableIntent = Omit<Schemas['Intent'], 'examples'> & { examples: IntentExample[] }

/** An example as it is sent. */
export type ExampleDraft = Omit<IntentExample, 'origin'>

export type TrainMode = Schemas['Mode']

export type TrainWarning = Schemas['Warning']

export type TrainReport = Schemas['TrainReport']

/** A trained version; one of them is in use. */
export type TrainingRun = Schemas['Version']

/** Two versions on the texts that neither had seen. */
export interface Comparison {
  shared: number
  old_accuracy: number
  new_accuracy: number
  /** That a difference like this one is mere chance. */
  chance: number
  /** Intents of which more texts were lost than won. */
  regressions: { intent: string; shared: number; old_right: number; new_right: number }[]
}

/** What a training job results in. */
export interface TrainingResult {
  version: TrainingRun
  comparison?: Comparison
  /** On the answers that visitors have judged. */
  ratings?: { rated: number; better: number; worse: number; chance: number }
}

// ---- lessons

export type LessonKind = Schemas['LessonKind']

/** What a conversation, or somebody trying the bot out, taught. It waits until an administrator decides. */
export type Lesson = Schemas['Lesson']

export type Correction = Schemas['Correction']

/** What a lesson is to become; what is not given is as the lesson has it. */
export type Acceptance = Schemas['Acceptance']

export type Learnt = Omit<Schemas['Learnt'], 'faq'> & { faq?: Faq | null }

// ---- business systems

export type OperationSpec = Filled<Schemas['OperationSpec'], 'method' | 'fields'>

export type ConnectorSpec = Filled<
  Schemas['ConnectorSpec'],
  'auth' | 'timeout_ms' | 'retries' | 'max_concurrent'
> & {
  breaker: Required<Schemas['BreakerSpec']>
  operations: Record<string, OperationSpec>
}

export type Connector = Omit<Schemas['ConnectorStatus'], 'spec' | 'breaker'> & {
  breaker: 'closed' | 'open' | 'half_open'
  spec: ConnectorSpec
}

/** What a visitor has of one kind in the business systems: their orders. */
export type OwnMatters = Schemas['OwnMatters']

/** What trying an operation showed. */
export type Trial = Schemas['Trial']

/** Something a system was told to do at a visitor's word. */
export type ActionRecord = Schemas['ActionRecord']

// ---- people

export type Role = Schemas['Role']
export type PresenceState = Schemas['PresenceState']

export type User = Schemas['User']

/** An internal note; visitors never see it. */
export type Note = Schemas['Note']

/** One page of a list; without `next_cursor` it is the last. */
export interface ListPage<T> {
  items: T[]
  next_cursor?: string | null
}

/** An RFC 9457 problem document; `code` is stable, `detail` is for people. */
export interface Problem {
  status: number
  code: string
  title?: string
  detail: string
}

// ---- WebSocket frames

export type ClientFrame =
  | { type: 'message.create'; client_id: string; conversation_id?: string; text: string }
  | { type: 'resume'; conversation_id: string; after_seq: number }
  | { type: 'message.read'; conversation_id: string; seq: number }
  | { type: 'typing.start' | 'typing.stop'; conversation_id?: string }
  | { type: 'ping'; t: number }

export type ServerFrame =
  | ({
      type: 'hello'
      visitor?: { id: string }
      user?: User
      conversation?: ConversationHead
      last_seq?: number
      /** To visitors: how far their conversation was read. */
    } & Partial<Reads>)
  | { type: 'message.accepted'; client_id: string; id: string; seq: number }
  | { type: 'message.created'; conversation_id: string; message: Message }
  /** The next piece, from 0, of a message that is on its way. */
  | { type: 'message.delta'; conversation_id: string; message_id: string; index: number; text: string }
  /** Staff get the whole conversation, visitors its head. */
  | { type: 'conversation.updated'; conversation: Conversation | ConversationHead }
  | { type: 'suggestions'; conversation_id: string; items: Suggestion[] }
  | { type: 'typing'; conversation_id?: string; sender?: Sender; active?: boolean }
  | { type: 'presence'; user_id?: string; state?: PresenceState }
  | { type: 'queue'; conversation_id?: string; position?: number; eta_s?: number; waiting?: number }
  | { type: 'message.read'; conversation_id: string; seq: number; reader: Sender }
  | { type: 'error'; code: string; detail: string; client_id?: string }
  | { type: 'pong'; t: number }
