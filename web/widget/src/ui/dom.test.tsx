// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Fragment, h, render } from './dom.ts'

let root: HTMLElement
beforeEach(() => (root = document.createElement('div')))
const at = <T extends Element>(selector: string) => root.querySelector(selector) as T

describe('the renderer', () => {
  it('makes elements, attributes and text, and text stays text', () => {
    render(
      <p class="a" aria-expanded={false} hidden={false} data-n={1}>
        {'<b>'} {2}
        {null}
        {false}
      </p>,
      root,
    )
    expect([...at('p').attributes].map(({ name, value }) => [name, value])).toEqual([
      ['class', 'a'],
      ['aria-expanded', 'false'],
      ['data-n', '1'],
    ])
    expect([root.textContent, at('p').childElementCount]).toEqual(['<b> 2', 0])
    render(<p hidden={true} />, root)
    expect([at('p').getAttribute('hidden'), at('p').hasAttribute('class')]).toEqual(['', false])
    expect(root.textContent).toBe('')
  })

  it('keeps a node that is still wanted, with what is typed in it, whatever comes and goes beside it', () => {
    const view = (notice: boolean) => (
      <section>
        {notice && <p>notice</p>}
        <textarea />
      </section>
    )
    render(view(false), root)
    const area = at<HTMLTextAreaElement>('textarea')
    area.value = 'half a word'
    render(view(true), root)
    expect([at('textarea') === area, area.value, area.previousElementSibling?.localName]).toEqual([
      true,
      'half a word',
      'p',
    ])
    render(view(false), root)
    expect([at('textarea') === area, root.querySelector('p')]).toEqual([true, null])
  })

  it('follows keys: what is moved, put in between or taken out', () => {
    const view = (keys: string[]) => (
      <ul>
        {keys.map((key) => (
          <li key={key}>{key}</li>
        ))}
        <li>end</li>
      </ul>
    )
    const texts = () => [...root.querySelectorAll('li')].map((li) => li.textContent)
    render(view(['a', 'b', 'c']), root)
    const b = root.querySelectorAll('li')[1]
    for (const keys of [['c', 'b', 'a'], ['x', 'b'], ['b', 'y', 'z'], [], ['a', 'b', 'c', 'd']]) {
      render(view(keys), root)
      expect(texts()).toEqual([...keys, 'end'])
      if (keys.includes('b') && keys.length < 4)
        expect(root.querySelectorAll('li')[keys.indexOf('b')]).toBe(b)
    }
  })

  it('calls components where they stand, hands them their children, and gives their element the key', () => {
    const Box = ({ name, children }: { name: string; children?: unknown }) => (
      <div title={name}>{children as string}</div>
    )
    const view = (keys: string[]) => (
      <>
        {keys.map((key) => (
          <Box key={key} name={key}>
            in {key}
          </Box>
        ))}
      </>
    )
    render(view(['a', 'b']), root)
    const b = at('[title=b]')
    render(view(['b']), root)
    expect([root.textContent, root.childElementCount, at('[title=b]') === b]).toEqual(['in b', 1, true])
  })

  it('hears with the handler of the last time only', () => {
    const [first, second] = [vi.fn(), vi.fn()]
    render(<button onClick={first} />, root)
    render(<button onClick={second} />, root)
    at<HTMLButtonElement>('button').click()
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1])
    render(<button />, root)
    at<HTMLButtonElement>('button').click()
    expect(second).toHaveBeenCalledTimes(1)
  })

  it('draws what is drawn', () => {
    render(
      <svg viewBox="0 0 24 24">
        <path d="M0 0" />
      </svg>,
      root,
    )
    expect(at('path').namespaceURI).toBe('http://www.w3.org/2000/svg')
    expect(at('svg').getAttribute('viewBox')).toBe('0 0 24 24')
  })
})
