from odoo import models

# An entry that is deleted later leaves its number, a link to the page may be made; all
# else stays as it was agreed.
FREEZE = """
    CREATE OR REPLACE FUNCTION aftersales_statement_frozen() RETURNS trigger AS $$
    DECLARE
        untied text[] := '{write_uid,write_date,move_line_id,move_id,access_token}';
        statement integer;
    BEGIN
        -- Contacts are merged: the one that stays is named, all else is as it was.
        IF current_setting('aftersales.merging', true) = 'on' THEN
            untied := untied || '{partner_id}';
        END IF;
        IF TG_TABLE_NAME = 'aftersales_statement' THEN
            IF OLD.state = 'agreed' AND (TG_OP = 'DELETE'
                OR to_jsonb(NEW) - untied <> to_jsonb(OLD) - untied)
            THEN
                RAISE check_violation USING
                    MESSAGE = 'An agreed statement never changes.';
            ELSIF TG_OP = 'UPDATE' AND NEW.state = 'agreed'
                AND OLD.state <> 'agreed' AND EXISTS (
                    SELECT 1 FROM aftersales_statement_line
                     WHERE statement_id = NEW.id
                       AND (confirmed_by_finance_id IS NULL
                            OR confirmed_by_holder_id IS NULL
                               AND COALESCE(holder_name, '') = ''))
            THEN
                RAISE check_violation USING
                    MESSAGE = 'A statement is agreed when both sides have confirmed.';
            END IF;
        ELSE
            IF TG_OP = 'INSERT' THEN
                statement := NEW.statement_id;
            ELSE
                statement := OLD.statement_id;
            END IF;
            IF EXISTS (SELECT 1 FROM aftersales_statement
                        WHERE id = statement AND state = 'agreed')
                AND (TG_OP <> 'UPDATE'
                     OR to_jsonb(NEW) - untied <> to_jsonb(OLD) - untied)
            THEN
                RAISE check_violation USING
                    MESSAGE = 'An agreed statement never changes.';
            END IF;
        END IF;
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        RETURN NEW;
    END $$ LANGUAGE plpgsql;
"""


class AftersalesStatement(models.Model):
    _inherit = "aftersales.statement"

    def init(self):
        """Let the database keep agreed statements: no CHECK sees the row before."""
        self.env.cr.execute(FREEZE)
        self.env.cr.execute(
            """
            CREATE OR REPLACE TRIGGER aftersales_statement_frozen
            BEFORE UPDATE OR DELETE ON aftersales_statement
            FOR EACH ROW EXECUTE FUNCTION aftersales_statement_frozen()
            """
        )


class AftersalesStatementLine(models.Model):
    _inherit = "aftersales.statement.line"

    def init(self):
        """Let the database keep the lines of agreed statements."""
        self.env.cr.execute(FREEZE)
        self.env.cr.execute(
            """
            CREATE OR REPLACE TRIGGER aftersales_statement_frozen
            BEFORE INSERT OR UPDATE OR DELETE ON aftersales_statement_line
            FOR EACH ROW EXECUTE FUNCTION aftersales_statement_frozen()
            """
        )
