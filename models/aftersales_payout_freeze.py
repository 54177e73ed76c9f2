from odoo import models

# A released statement may be cancelled, nothing else; who uses the employee's login is
# no part of it.
FREEZE = """
    CREATE OR REPLACE FUNCTION aftersales_payout_frozen() RETURNS trigger AS $$
    DECLARE
        untied text[] := '{write_uid,write_date,user_id,cancel_reason}';
        cancelling text[] := '{state,cancelled_by_id,cancelled_at}';
        payout integer;
    BEGIN
        IF TG_TABLE_NAME = 'aftersales_payout' THEN
            IF OLD.state = 'released' THEN
                IF TG_OP = 'UPDATE' AND NEW.state = 'cancelled' THEN
                    untied := untied || cancelling;
                END IF;
                IF TG_OP = 'DELETE'
                    OR to_jsonb(NEW) - untied <> to_jsonb(OLD) - untied
                THEN
                    RAISE check_violation USING
                        MESSAGE = 'A released payout statement never changes.';
                END IF;
            ELSIF OLD.state = 'cancelled' AND TG_OP = 'UPDATE'
                AND NEW.state <> 'cancelled'
            THEN
                RAISE check_violation USING
                    MESSAGE = 'A cancelled payout statement stays so.';
            END IF;
        ELSE
            IF TG_OP = 'INSERT' THEN
                payout := NEW.payout_id;
            ELSE
                payout := OLD.payout_id;
            END IF;
            untied := '{write_uid,write_date}';
            IF EXISTS (SELECT 1 FROM aftersales_payout
                        WHERE id = payout AND state = 'released')
                AND (TG_OP <> 'UPDATE'
                     OR to_jsonb(NEW) - untied <> to_jsonb(OLD) - untied)
            THEN
                RAISE check_violation USING
                    MESSAGE = 'A released payout statement never changes.';
            END IF;
        END IF;
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        RETURN NEW;
    END $$ LANGUAGE plpgsql;
"""


class AftersalesPayout(models.Model):
    _inherit = "aftersales.payout"

    def init(self):
        """Let the database keep released statements: no CHECK sees the row before."""
        self.env.cr.execute(FREEZE)
        self.env.cr.execute(
            """
            CREATE OR REPLACE TRIGGER aftersales_payout_frozen
            BEFORE UPDATE OR DELETE ON aftersales_payout
            FOR EACH ROW EXECUTE FUNCTION aftersales_payout_frozen()
            """
        )


class AftersalesPayoutLine(models.Model):
    _inherit = "aftersales.payout.line"

    def init(self):
        """Let the database keep the items of released statements."""
        self.env.cr.execute(FREEZE)
        self.env.cr.execute(
            """
            CREATE OR REPLACE TRIGGER aftersales_payout_frozen
            BEFORE INSERT OR UPDATE OR DELETE ON aftersales_payout_line
            FOR EACH ROW EXECUTE FUNCTION aftersales_payout_frozen()
            """
        )
