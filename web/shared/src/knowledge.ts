/**
 * The shapes behind the pages that look after the knowledge: a document's life, the words of the search, folders and
 * pages that are imported again, the report on the state of it all. Types only.
 */
import type { components } from './api.gen.ts'

type Schemas = components['schemas']
type Filled<T, K extends keyof T> = T & { [P in K]-?: NonNullable<T[P]> }

/** Who may be answered from something. */
export type Audience = Schemas['Audience']

// ---- a document's life

/** What is said about a document, beside what stands in it. `null` takes an owner or a date away. */
export type DocumentDescription = Schemas['Description']
export type DocumentVersion = Schemas['DocumentVersion']
export type DocumentText = Schemas['DocumentText']
/** What changed from one version to another. */
export type VersionComparison = Schemas['Comparison']
export type PassageChange = Schemas['PassageChange']

// ---- words of the search

export type EntryKind = Schemas['EntryKind']
export type LexiconEntry = Filled<Schemas['LexiconEntry'], 'others'>
export type LexiconSummary = Schemas['LexiconSummary']
/** What a question is looked up by. */
export type Understood = Schemas['Understood']

// ---- imported again and again

export type SourceDraft = Filled<
  Schemas['SourceDraft'],
  'audience' | 'enabled' | 'remove_missing' | 'allow_private' | 'tags'
>
export type KnowledgeSource = Schemas['KnowledgeSource']
export type SourceRun = Schemas['SourceRun']

// ---- the state of it all

export type HealthRequest = Schemas['HealthRequest']
export type HealthReport = Schemas['HealthReport']
/** Two passages that should not both be there as they are. */
export type PassagePair = Schemas['Pair']
export type HealthPassage = Schemas['Passage']
export type StaleDocument = Schemas['Stale']
export type NeverCited = Schemas['NeverCited']
export type UnansweredGroup = Schemas['Unanswered']
