/** The API's document as types of single calls: which paths take which method, what they are sent, what they answer. */
import type { paths } from '@zhike/shared/api'

type Base = '/api/v1'
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The paths that take a method, without the part that all of them share. */
export type PathFor<M extends Method> = {
  [P in keyof paths]: P extends `${Base}${infer Short}`
    ? paths[P] extends Record<Lowercase<M>, { responses: unknown }>
      ? Short
      : never
    : never
}[keyof paths]

type Call<M extends Method, P extends string> = `${Base}${P}` extends keyof paths
  ? Lowercase<M> extends keyof paths[`${Base}${P}`]
    ? paths[`${Base}${P}`][Lowercase<M>]
    : never
  : never

type Json<T> = T extends { content: { 'application/json': infer Body } } ? Body : null

/** What a call answers when it succeeds. */
export type AnswerOf<M extends Method, P extends string> =
  Call<M, P> extends { responses: infer R } ? Json<R[keyof R]> : never

/** What a call is sent. */
type BodyOf<C> = C extends { requestBody?: infer R }
  ? NonNullable<R> extends { content: infer Content }
    ? 'multipart/form-data' extends keyof Content
      ? FormData
      : Content[keyof Content]
    : undefined
  : undefined

type Field<K extends string, T> = [T] extends [undefined] ? { [P in K]?: never } : { [P in K]: T }
type ParamOf<C, Where extends string> = C extends { parameters: Partial<Record<Where, infer T>> }
  ? [NonNullable<T>] extends [never]
    ? undefined
    : NonNullable<T>
  : undefined

export type OptionsFor<M extends Method, P extends string> = Field<'path', ParamOf<Call<M, P>, 'path'>> &
  Field<'body', BodyOf<Call<M, P>>> & {
    query?: QueryOf<M, P>
    signal?: AbortSignal
  }

/** Parameters of the query; those that are undefined are left out. */
export type QueryOf<M extends Method, P extends string> = {
  [K in keyof ParamOf<Call<M, P>, 'query'>]?: ParamOf<Call<M, P>, 'query'>[K] | undefined
}
