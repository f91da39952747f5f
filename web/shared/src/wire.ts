/**
 * The shapes the server speaks: a mirror of src/domain, field for field, in the server's own names (snake_case).
 * Types only, nothing is computed here. Ids are UUIDv7 strings, times RFC 3339 in UTC.
 */

export type Lang = 'zh' | 'en'

// ---- conversations and messages

export type Status = 'bot' | 'waiting' | 'serving' | 'transferring' | 'closed'
export type SenderKind = 'visitor' | 'bot' | 'agent' | 'system'
export type EventName =
  | 'handoff_requested'
  | 'handoff_declined'
  | 'agent_joined'
  | 'agent_left'
  | 'transferred'
  | 'closed'
  | 'reopened'
  | 'action_done'
  | 'action_unconfirmed'

export interface Sender {
  kind: SenderKind
  id?: string
  name?: string
}

/** Where an answer stands: `quote` is verbatim text of the passage. */
export interface Citation {
  document_id: string
  document: string
  title: string
  section: string
  chunk_id: string
  quote: string
  score: number
}

export interface Choice {
  label: string
  value: string
}

export interface CardField {
  label: string
  value: string
}

export interface Card {
  title: string
  fields: CardField[]
  actions?: Choice[]
}

export type Content =
  | { type: 'text'; text: string }
  | { type: 'card'; text: string; card: Card }
  | { type: 'choices'; text: string; choices: Choice[] }
  | { type: 'image' | 'file'; attachment_id: string; name: string; size: number; mime: string; url: string }
  | { type: 'event'; event: EventName; text: string }

/** `seq` rises by one without gaps within a conversation and is its order. */
export interface Message {
  id: string
  conversation_id: string
  seq: number
  client_id?: string
  sender: Sender
  content: Content
  citations?: Citation[]
  created_at: string
}

export interface Visitor {
  id: string
  external_id?: string
  name?: string
  email?: string
  phone?: string
  locale: Lang
}

export interface Page {
  url: string
  title: string
  referrer: string
}

export interface Conversation {
  id: string
  status: Status
  visitor: Visitor
  assignee?: { id: string; name: string }
  version: number
  last_seq: number
  last_message?: Message
  handoff_reason?: string
  page?: Page
  tags?: string[]
  waiting_since?: string
  created_at: string
  updated_at: string
}

/** What a visitor's client is told of a conversation. */
export type ConversationHead = Pick<Conversation, 'id' | 'status' | 'assignee' | 'version' | 'last_seq'>

/** The visitor's own view of a session, as `POST /visitor/sessions` answers. */
export interface VisitorSession {
  token: string
  visitor: { id: string }
  conversation: Pick<Conversation, 'id' | 'status' | 'last_seq'>
  inbox: { name: string; greeting: string; suggestions: string[] }
}

// ---- understanding and decisions

export type Action = 'answer' | 'clarify' | 'business' | 'smalltalk' | 'handoff'
export type PathName = 'faq' | 'vector' | 'lexical' | 'rule'

export interface IntentScore {
  name: string
  confidence: number
}

/** Offsets are Unicode scalar values, `end` exclusive. */
export interface Slot {
  name: string
  value: string
  raw: string
  start: number
  end: number
  confidence: number
}

export interface Parse {
  lang: Lang
  intents: IntentScore[]
  slots: Slot[]
}

export interface Candidate {
  chunk_id: string
  document_id: string
  document: string
  title: string
  section: string
  text: string
  quote: string
  score: number
  ranks: Partial<Record<PathName, number>>
  path_scores: Partial<Record<PathName, number>>
  features?: Record<string, number>
}

export interface PathReport {
  path: PathName
  hits: number
  ms: number
  left_out?: string
}

export interface Explanation {
  query: string
  parse: Parse
  paths: PathReport[]
  candidates: Candidate[]
  rule?: string
  reason: string
  /** Stable name of the reason; missing from servers before it. */
  reason_code?: string
  threshold: number
}

export interface Decision {
  action: Action
  lang: Lang
  text: string
  confidence: number
  intent?: IntentScore
  slots: Slot[]
  citations: Citation[]
  card?: Card
  choices?: Choice[]
  handoff_reason?: string
  explanation?: Explanation
  timings_ms?: Record<string, number>
}

export interface Suggestion {
  id: string
  text: string
  confidence: number
  /** `faq`, `passage`, `rule` or `smalltalk` */
  source: string
  citations: Citation[]
}

// ---- knowledge and work

export type Format = 'markdown' | 'text' | 'html' | 'pdf' | 'docx' | 'xlsx' | 'csv' | 'json'

export interface Document {
  id: string
  base: string
  name: string
  title: string
  format: Format
  lang: Lang
  version: number
  chunks: number
  bytes: number
  sha256: string
  created_at: string
  updated_at: string
}

export interface Chunk {
  id: string
  document_id: string
  document: string
  title: string
  section: string
  kind: 'text' | 'table' | 'faq'
  lang: Lang
  ordinal: number
  text: string
  questions?: string[]
}

export interface Faq {
  id: string
  base: string
  question: string
  similar: string[]
  answer: string
  tags: string[]
  valid_from?: string
  valid_to?: string
  created_at: string
  updated_at: string
}

/** What an administrator writes; the rest of a {@link Faq} is the server's. */
export type FaqDraft = Pick<Faq, 'question' | 'similar' | 'answer' | 'tags'>

export interface Job {
  id: string
  /** `import`, `train` or `evaluate` */
  kind: string
  subject: string
  state: 'queued' | 'running' | 'done' | 'failed'
  progress: number
  step: string
  result?: unknown
  error?: string
  created_at: string
  updated_at: string
}

// ---- teaching

export interface SlotLabel {
  /** Unicode scalar values, `end` exclusive. */
  start: number
  end: number
  name: string
  value: string
}

export interface IntentSummary {
  name: string
  examples: number
  /** How many of them are from the shop's files. */
  from_files: number
}

export type Origin = 'file' | 'console' | 'correction'

export interface IntentExample {
  text: string
  slots: SlotLabel[]
  lang?: Lang
  origin: Origin
}

export interface TeachableIntent {
  name: string
  examples: IntentExample[]
}

/** An example as it is sent. */
export type ExampleDraft = Omit<IntentExample, 'origin'>

export type TrainMode = 'fast' | 'deep'

export interface TrainWarning {
  /** `few_examples`, `imbalance`, `duplicate`, `near_duplicate` or `conflict` */
  kind: string
  message: string
}

export interface TrainReport {
  mode: TrainMode
  epochs?: number
  examples: number
  intents: number
  slots: string[]
  /** Scores on texts that the scored classifier had not seen. */
  held_out: {
    texts: number
    accuracy: number
    macro_f1: number
    ece: number
    oos_auroc?: number | null
    slots?: { precision: number; recall: number; f1: number; support: number } | null
  }
  fallback: { threshold: number; gap: number; coverage: number; precision: number }
  seconds: number
  warnings: TrainWarning[]
  encoder: string
  data_hash: string
}

/** A trained version; one of them is in use. */
export interface TrainingRun {
  id: string
  created_at: string
  promoted: boolean
  report: TrainReport
}

/** Two versions on the texts that neither had seen. */
export interface Comparison {
  shared: number
  old_accuracy: number
  new_accuracy: number
  /** That a difference like this one is mere chance. */
  chance: number
}

/** What a training job results in. */
export interface TrainingResult {
  version: TrainingRun
  comparison?: Comparison
}

// ---- business systems

export interface OperationSpec {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  query?: Record<string, string>
  headers?: Record<string, string>
  body?: unknown
  idempotency_header?: string
  records: string
  fields: Record<string, { path: string; type: string; required: boolean; unit?: string }>
  check?: Record<string, string>
  public: boolean
  cache_ms: number
  stale_ms: number
}

export interface ConnectorSpec {
  name: string
  description?: string
  base_url: string
  allow_private: boolean
  auth: { kind: string; [part: string]: unknown }
  headers?: Record<string, string>
  timeout_ms: number
  retries: number
  max_concurrent: number
  max_response_bytes: number
  breaker: { failures: number; open_ms: number }
  prewarm: boolean
  operations: Record<string, OperationSpec>
}

export interface Connector {
  source: 'file' | 'database'
  breaker: 'closed' | 'open' | 'half_open'
  spec: ConnectorSpec
}

/** What trying an operation showed. */
export interface Trial {
  /** `ok`, `late`, `unavailable`, `failed`, `broken`, `refused` or `undeclared` */
  outcome: string
  detail?: string
  records: Record<string, unknown>[]
  ms: number
}

/** Something a system was told to do at a visitor's word. */
export interface ActionRecord {
  key: string
  form: string
  operation: string
  subject: string
  visitor?: string
  conversation_id?: string
  params: Record<string, string>
  outcome: 'begun' | 'done' | 'refused' | 'unconfirmed' | 'not_sent'
  begun_at: string
  ended_at?: string
}

// ---- people

export type Role = 'viewer' | 'agent' | 'supervisor' | 'admin' | 'owner'
export type PresenceState = 'online' | 'busy' | 'away' | 'offline'

export interface User {
  id: string
  email: string
  name: string
  role: Role
  created_at: string
}

/** An internal note; visitors never see it. */
export interface Note {
  id: string
  author_id: string
  author: string
  text: string
  created_at: string
}

/** One page of a list; without `next_cursor` it is the last. */
export interface ListPage<T> {
  items: T[]
  next_cursor?: string
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
  | {
      type: 'hello'
      visitor?: { id: string }
      user?: User
      conversation?: ConversationHead
      last_seq?: number
    }
  | { type: 'message.accepted'; client_id: string; id: string; seq: number }
  | { type: 'message.created'; conversation_id: string; message: Message }
  | { type: 'message.delta'; conversation_id: string; message_id: string; text: string }
  /** Staff get the whole conversation, visitors its head. */
  | { type: 'conversation.updated'; conversation: Conversation | ConversationHead }
  | { type: 'suggestions'; conversation_id: string; items: Suggestion[] }
  | { type: 'typing'; conversation_id?: string; sender?: Sender; active?: boolean }
  | { type: 'presence'; user_id?: string; state?: PresenceState }
  | { type: 'queue'; conversation_id?: string; position?: number; waiting?: number }
  | { type: 'message.read'; conversation_id: string; seq: number; reader: Sender }
  | { type: 'error'; code: string; detail: string; client_id?: string }
  | { type: 'pong'; t: number }
