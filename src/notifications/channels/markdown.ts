/**
 * Bodies are Markdown, which reads well as it is. Where it is read aloud, or where its marks mean something else, those
 * that people use are told in the other way: links, headings, emphasis, code. All else stays as it was written. What is
 * looked for is short, so that no text takes long.
 */

const LINK = /!?\[([^\]\n]{0,300})\]\((https?:\/\/[^\s()<>]{1,2000})\)/g
const HEADING = /^ {0,3}#{1,6} +(\S.{0,300}?) *#*$/gm
const STRONG = /(\*\*|__)(?=\S)(.{1,300}?)(?<=\S)\1/g
const FENCE = /^ {0,3}(```|~~~).*$/gm
const CODE = /`([^`\n]+)`/g

/** Without marks; of a link its text. */
export const plainText = (markdown: string): string =>
  markdown
    .replace(FENCE, '')
    .replace(LINK, '$1')
    .replace(HEADING, '$1')
    .replace(STRONG, '$2')
    .replace(CODE, '$1')
    .trim()

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** Slack gives a meaning to these three: with them begin mentions and links. */
export const slackEscaped = (text: string): string => text.replace(/[&<>]/g, (mark) => ENTITIES[mark]!)

/** In Slack's own marks. Nothing in it mentions anybody. */
export const slackText = (markdown: string): string =>
  slackEscaped(markdown)
    .replace(HEADING, '*$1*')
    .replace(STRONG, '*$2*')
    .replace(LINK, (_, text: string, url: string) => `<${url.replaceAll('|', '%7C')}|${text || url}>`)
