import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What readers think of articles, how often they are read, how well they are kept; and templates to begin with. */
export class ArticleInsight1764000000016 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- when somebody was last reminded that its review is due
      ALTER TABLE articles ADD COLUMN reminded_at timestamptz(3);

      -- the headings under which something stands, in lower case; null in versions older than this column
      ALTER TABLE article_versions ADD COLUMN sections text[];

      -- one vote for each person and article, of the version that they had before them
      CREATE TABLE article_feedback (
        article_id id NOT NULL,
        user_id id NOT NULL REFERENCES users,
        number integer NOT NULL,
        helpful boolean NOT NULL,
        reason text,
        comment text,
        given_at timestamptz(3) NOT NULL,
        PRIMARY KEY (article_id, user_id),
        FOREIGN KEY (article_id, number) REFERENCES article_versions (article_id, number),
        CHECK (reason IN ('OUTDATED', 'UNCLEAR', 'INCOMPLETE', 'WRONG', 'NOT_WHAT_I_LOOKED_FOR', 'OTHER')),
        CHECK (reason IS NULL OR NOT helpful)
      );
      CREATE INDEX article_feedback_given ON article_feedback (article_id, given_at, user_id);

      -- how often it was read, by the day in UTC; who read it is not kept. Old days become the first of their month
      CREATE TABLE article_views (
        article_id id NOT NULL REFERENCES articles,
        day date NOT NULL,
        views integer NOT NULL CHECK (views > 0),
        PRIMARY KEY (article_id, day)
      ) WITH (fillfactor = 80);
      CREATE INDEX article_views_day ON article_views (day);

      CREATE TABLE article_templates (
        id id PRIMARY KEY,
        name text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('HOW_TO', 'RUNBOOK', 'KNOWN_ERROR', 'FAQ', 'POLICY')),
        language text NOT NULL,
        body text NOT NULL,
        archived boolean NOT NULL DEFAULT false,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        version integer NOT NULL
      );
      CREATE UNIQUE INDEX article_templates_name ON article_templates (lower(name)) WHERE NOT archived;
    `)
    await runner.query(
      `INSERT INTO article_templates (id, name, kind, language, body, created_at, updated_at, version)
       SELECT 'atm_' || lpad(n::text, 26, '0'), t.name, t.kind, 'en', t.body, now(), now(), 1
         FROM json_to_recordset($1) AS t(n integer, name text, kind text, body text)`,
      [JSON.stringify(TEMPLATES.map((template, index) => ({ n: index + 1, ...template })))],
    )
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward: restore a backup instead')
  }
}

/** What to write is said in comments, which readers do not see: a section is filled once something else stands in it. */
const body = (...sections: readonly (readonly [heading: string, hint: string])[]) =>
  `${sections.map(([heading, hint]) => `## ${heading}\n\n<!-- ${hint} -->`).join('\n\n')}\n`

const TEMPLATES = [
  {
    ...{ name: 'How-to', kind: 'HOW_TO' },
    body: body(
      ['When you need this', 'What somebody wants to get done who should read on. One or two sentences.'],
      ['Before you start', 'Rights, tools and information that they need at hand.'],
      ['Steps', 'One action in each numbered step, and what they see after it.'],
      ['Check that it worked', 'How they can tell.'],
      ['If it did not work', 'What goes wrong most often, and whom to ask.'],
    ),
  },
  {
    ...{ name: 'Runbook', kind: 'RUNBOOK' },
    body: body(
      ['Meaning', 'What the alert says has happened, and what it measures.'],
      ['Impact', 'Who notices, and how badly; what breaks next if nobody acts.'],
      ['Diagnosis', 'Where to look, in order: dashboards, commands, and what their answers mean.'],
      ['Mitigation', 'What stops the harm now, and how to take it back. Mark what is dangerous.'],
      ['Escalation', 'When to stop trying, and whom to call with what in hand.'],
    ),
  },
  {
    ...{ name: 'Known error', kind: 'KNOWN_ERROR' },
    body: body(
      ['Symptoms', 'What people see, word for word where there is a message, and since when.'],
      ['Cause', 'What is wrong underneath, as far as it is known.'],
      ['Workaround', 'What helps until it is mended, and what it costs.'],
      ['Permanent fix', 'What will mend it, who works on it, and until when.'],
    ),
  },
  {
    ...{ name: 'Frequently asked question', kind: 'FAQ' },
    body: body(
      ['Short answer', 'Two sentences that are enough for most.'],
      ['In detail', 'Conditions, exceptions and examples.'],
      ['Still stuck?', 'Where to ask, and what to say there.'],
    ),
  },
  {
    ...{ name: 'Policy', kind: 'POLICY' },
    body: body(
      ['Purpose', 'Why this is agreed, and what it protects.'],
      ['Scope', 'Whom and what it holds for, and whom and what not.'],
      ['Rules', 'What is to be done and what is not: one rule in each item.'],
      ['Exceptions', 'Who may grant one, and how it is recorded.'],
      ['Responsibilities', 'Who answers for it, and who looks whether it is kept.'],
    ),
  },
]
