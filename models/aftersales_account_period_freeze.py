from odoo import models

# What may change of accounts that are closed: nothing but the technical stamps.
FREEZE = """
    CREATE OR REPLACE FUNCTION aftersales_account_frozen() RETURNS trigger AS $$
    DECLARE
        untied text[] := '{write_uid,write_date}';
        period integer;
    BEGIN
        -- Contacts are merged: the one that stays is named, all else is as it was.
        IF current_setting('aftersales.merging', true) = 'on' THEN
            untied := untied || '{partner_id}';
        END IF;
        IF TG_TABLE_NAME = 'aftersales_account_period' THEN
            IF OLD.state = 'closed' AND (TG_OP = 'DELETE'
                OR to_jsonb(NEW) - untied <> to_jsonb(OLD) - untied)
            THEN
                RAISE check_violation USING
                    MESSAGE = 'Closed accounts never change.';
            END IF;
        ELSE
            IF TG_OP = 'INSERT' THEN
                period := NEW.period_id;
            ELSE
                period := OLD.period_id;
            END IF;
            IF EXISTS (SELECT 1 FROM aftersales_account_period
                        WHERE id = period AND state = 'closed')
                AND (TG_OP <> 'UPDATE'
                     OR to_jsonb(NEW) - untied <> to_jsonb(OLD) - untied)
            THEN
                RAISE check_violation USING
                    MESSAGE = 'Closed accounts never change.';
            END IF;
        END IF;
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        RETURN NEW;
    END $$ LANGUAGE plpgsql;
"""


class AftersalesAccountPeriod(models.Model):
    _inherit = "aftersales.account.period"

    def init(self):
        """Let the database keep closed accounts: no CHECK sees the row before."""
        self.env.cr.execute(FREEZE)
        self.env.cr.execute(
            """
            CREATE OR REPLACE TRIGGER aftersales_account_frozen
            BEFORE UPDATE OR DELETE ON aftersales_account_period
            FOR EACH ROW EXECUTE FUNCTION aftersales_account_frozen()
            """
        )


class AftersalesAccountFigure(models.Model):
    _inherit = "aftersales.account.figure"

    def init(self):
        """Let the database keep the figures of closed accounts."""
        self.env.cr.execute(FREEZE)
        self.env.cr.execute(
            """
            CREATE OR REPLACE TRIGGER aftersales_account_frozen
            BEFORE INSERT OR UPDATE OR DELETE ON aftersales_account_figure
            FOR EACH ROW EXECUTE FUNCTION aftersales_account_frozen()
            """
        )


class AftersalesStatisticsLine(models.Model):
    _inherit = "aftersales.statistics.line"

    def init(self):
        """Let the database keep the statistics sheets of closed accounts."""
        self.env.cr.execute(FREEZE)
        self.env.cr.execute(
            """
            CREATE OR REPLACE TRIGGER aftersales_account_frozen
            BEFORE INSERT OR UPDATE OR DELETE ON aftersales_statistics_line
            FOR EACH ROW EXECUTE FUNCTION aftersales_account_frozen()
            """
        )
