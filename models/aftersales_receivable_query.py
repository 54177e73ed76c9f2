from odoo.tools import SQL

# What is read of a journal item.
COLUMNS = SQL(
    "line.id, line.move_id, line.company_id, line.account_id, line.partner_id,"
    " line.currency_id, line.date, line.date_maturity"
)
# What is open on receivable accounts now.
OPEN_NOW = SQL(
    """
    SELECT %s, line.amount_residual AS residual,
           line.amount_residual_currency AS residual_currency
      FROM account_move_line line
      JOIN account_account account ON account.id = line.account_id
     WHERE line.parent_state = 'posted' AND line.reconciled IS NOT TRUE
       AND account.account_type = 'asset_receivable'
    """,
    COLUMNS,
)


def _get_open_at(date):
    """Return the SQL of what was open at the end of ``date``."""
    return SQL(
        """
        SELECT %(columns)s, line.balance - COALESCE(paid.amount, 0) AS residual,
               line.amount_currency - COALESCE(paid.amount_currency, 0)
                   AS residual_currency
          FROM account_move_line line
          JOIN account_account account ON account.id = line.account_id
          LEFT JOIN LATERAL (
                SELECT sum(amount) AS amount, sum(amount_currency) AS amount_currency
                  FROM (
                        SELECT part.amount, part.debit_amount_currency
                                   AS amount_currency
                          FROM account_partial_reconcile part
                         WHERE part.debit_move_id = line.id
                           AND part.max_date <= %(date)s
                         UNION ALL
                        SELECT -part.amount, -part.credit_amount_currency
                          FROM account_partial_reconcile part
                         WHERE part.credit_move_id = line.id
                           AND part.max_date <= %(date)s
                       ) settled
               ) paid ON TRUE
         WHERE line.parent_state = 'posted' AND line.date <= %(date)s
           AND account.account_type = 'asset_receivable'
        """,
        columns=COLUMNS,
        date=date,
    )


def get_receivable_query(today, as_of=None):
    """Return the SQL of the open items of after-sales, shared out by guarantor.

    The shares follow `account.move._aftersales_guarantees`: running sums, each rounded
    once, so that they add up. An item of several (payment in instalments) gets its
    part of each share by the same rule in both directions.

    :param today: date that ageing counts to
    :param as_of: leave out what was posted or settled after this date
    """
    settled = SQL("AND part.max_date <= %s", as_of) if as_of else SQL()
    return SQL(
        """
        WITH item AS (
            SELECT open.*, move.move_type, move.aftersales_payer,
                   move.aftersales_disputed,
                   move.aftersales_ticket_id IS NULL AS is_payment,
                   COALESCE(move.aftersales_ticket_id, payment.aftersales_ticket_id)
                       AS ticket_id,
                   COALESCE(move.invoice_date, open.date) AS date_invoice,
                   COALESCE(open.date_maturity, move.invoice_date, open.date)
                       AS date_due
              FROM (%(open)s) open
              JOIN account_move move ON move.id = open.move_id
              LEFT JOIN account_payment payment ON payment.id = move.origin_payment_id
             WHERE (open.residual <> 0 OR open.residual_currency <> 0)
               AND (payment.aftersales_ticket_id IS NOT NULL
                    OR move.aftersales_ticket_id IS NOT NULL
                    AND move.move_type IN ('out_invoice', 'out_receipt', 'out_refund'))
        ), credit AS (
            SELECT debit.move_id, credit.move_id AS refund_id,
                   part.debit_amount_currency AS amount
              FROM account_partial_reconcile part
              JOIN account_move_line debit ON debit.id = part.debit_move_id
              JOIN account_account account ON account.id = debit.account_id
               AND account.account_type = 'asset_receivable'
              JOIN account_move_line credit ON credit.id = part.credit_move_id
              JOIN account_move refund ON refund.id = credit.move_id
               AND refund.move_type = 'out_refund' AND refund.amount_total <> 0
             WHERE debit.move_id IN (SELECT move_id FROM item) %(settled)s
        ), sums AS (
            SELECT move.id AS move_id, COALESCE(line.aftersales_guarantor_id, 0) AS who,
                   move.amount_total,
                   COALESCE(sum(line.price_total), move.amount_total) AS amount
              FROM account_move move
              LEFT JOIN account_move_line line
                ON line.move_id = move.id AND line.display_type = 'product'
             WHERE move.id IN (SELECT move_id FROM item WHERE NOT is_payment
                               UNION SELECT refund_id FROM credit)
             GROUP BY move.id, line.aftersales_guarantor_id
        ), composed AS (
            SELECT move_id, who, GREATEST(0, amount + CASE
                       WHEN row_number() OVER (
                           PARTITION BY move_id ORDER BY amount DESC, who) = 1
                       THEN amount_total - sum(amount) OVER (PARTITION BY move_id)
                       ELSE 0 END) AS amount
              FROM sums
        ), credited AS (
            SELECT move_id, who, sum(upto - before) AS amount
              FROM (
                    SELECT reached.move_id, reached.who, upto,
                           COALESCE(lag(upto) OVER (
                               PARTITION BY reached.nr
                               ORDER BY reached.amount DESC, reached.who), 0) AS before
                      FROM (
                            SELECT credit.nr, credit.move_id, composed.who,
                                   composed.amount,
                                   round(credit.amount * sum(composed.amount) OVER (
                                       PARTITION BY credit.nr
                                       ORDER BY composed.amount DESC, composed.who)
                                     / NULLIF(sum(composed.amount) OVER (
                                       PARTITION BY credit.nr), 0)
                                     / currency.rounding) * currency.rounding AS upto
                              FROM (SELECT credit.*, row_number() OVER () AS nr
                                      FROM credit) credit
                              JOIN composed ON composed.move_id = credit.refund_id
                              JOIN account_move move ON move.id = credit.move_id
                              JOIN res_currency currency
                                ON currency.id = move.currency_id
                           ) reached
                   ) shares
             GROUP BY move_id, who
        ), total AS (
            SELECT item.move_id, item.move_type, sum(item.residual) AS residual,
                   sum(item.residual_currency) AS residual_currency,
                   currency.rounding, own.rounding AS own_rounding
              FROM item
              JOIN res_company company ON company.id = item.company_id
              JOIN res_currency currency ON currency.id = item.currency_id
              JOIN res_currency own ON own.id = company.currency_id
             WHERE NOT item.is_payment
             GROUP BY item.move_id, item.move_type, currency.rounding, own.rounding
        ), claim AS (
            SELECT composed.move_id, composed.who, GREATEST(
                       0, composed.amount - COALESCE(credited.amount, 0)) AS amount
              FROM composed
              JOIN total ON total.move_id = composed.move_id
              LEFT JOIN credited ON credited.move_id = composed.move_id
               AND credited.who = composed.who AND total.move_type <> 'out_refund'
             WHERE total.move_type = 'out_refund' OR composed.who <> 0
        ), vouched AS (
            SELECT claim.*, total.rounding, CASE
                       WHEN total.move_type = 'out_refund'
                       THEN total.residual_currency
                       ELSE LEAST(total.residual_currency, sum(claim.amount) OVER (
                           PARTITION BY claim.move_id)) END AS whole,
                   sum(claim.amount) OVER (
                       PARTITION BY claim.move_id
                       ORDER BY claim.amount DESC, claim.who) AS reached,
                   sum(claim.amount) OVER (PARTITION BY claim.move_id) AS weight
              FROM claim
              JOIN total ON total.move_id = claim.move_id
        ), vouched_share AS (
            SELECT move_id, who, upto - COALESCE(lag(upto) OVER (
                       PARTITION BY move_id ORDER BY amount DESC, who), 0) AS share
              FROM (SELECT vouched.*, COALESCE(
                               round(whole * reached / NULLIF(weight, 0) / rounding)
                               * rounding, 0) AS upto
                      FROM vouched) summed
        ), share AS (
            SELECT move_id, who, sum(share) AS share
              FROM (
                    SELECT * FROM vouched_share
                     UNION ALL
                    SELECT total.move_id, 0,
                           total.residual_currency - COALESCE(given.share, 0)
                      FROM total
                      LEFT JOIN (
                            SELECT move_id, sum(share) AS share
                              FROM vouched_share
                             GROUP BY move_id
                           ) given ON given.move_id = total.move_id
                   ) both_kinds
             GROUP BY move_id, who
        ), own AS (
            SELECT share.*, total.rounding, total.own_rounding,
                   total.residual AS t_own, total.residual_currency AS t,
                   row_number() OVER (
                       PARTITION BY share.move_id
                       ORDER BY abs(share) DESC, who) AS rank,
                   sum(share) OVER (
                       PARTITION BY share.move_id
                       ORDER BY abs(share) DESC, who) AS u,
                   round(total.residual * sum(abs(share)) OVER (
                       PARTITION BY share.move_id ORDER BY abs(share) DESC, who)
                       / NULLIF(sum(abs(share)) OVER (PARTITION BY share.move_id), 0)
                       / own_rounding) * own_rounding AS u_own
              FROM share
              JOIN total ON total.move_id = share.move_id
        ), owned AS (
            SELECT own.*, u - share AS u_before, COALESCE(lag(u_own) OVER (
                       PARTITION BY move_id ORDER BY rank), 0) AS u_own_before
              FROM own
        ), placed AS (
            SELECT item.*, sum(residual) OVER nth AS i_own,
                   sum(residual) OVER nth - residual AS i_own_before,
                   sum(residual_currency) OVER nth AS i,
                   sum(residual_currency) OVER nth - residual_currency AS i_before
              FROM item
            WINDOW nth AS (PARTITION BY move_id, is_payment ORDER BY date_due, id)
        ), cell AS (
            SELECT placed.*, owned.who, CASE
                       WHEN owned.t = 0 AND owned.rank > 1 THEN 0
                       WHEN owned.t = 0 THEN placed.residual_currency
                       ELSE rounding * (
                           round(i * u / t / rounding)
                           - round(i_before * u / t / rounding)
                           - round(i * u_before / t / rounding)
                           + round(i_before * u_before / t / rounding)) END
                       AS amount_residual_currency,
                   CASE WHEN (t_own = 0 OR u_own IS NULL) AND owned.rank > 1 THEN 0
                       WHEN t_own = 0 OR u_own IS NULL THEN placed.residual
                       ELSE own_rounding * (
                           round(i_own * u_own / t_own / own_rounding)
                           - round(i_own_before * u_own / t_own / own_rounding)
                           - round(i_own * u_own_before / t_own / own_rounding)
                           + round(i_own_before * u_own_before / t_own / own_rounding)
                       ) END AS amount_residual
              FROM placed
              JOIN owned ON owned.move_id = placed.move_id
             WHERE NOT placed.is_payment
             UNION ALL
            SELECT placed.*, 0, residual_currency, residual
              FROM placed
             WHERE is_payment
        ), aged AS (
            SELECT cell.*, GREATEST(0, %(today)s - date_due) AS days_overdue,
                   company.currency_id AS company_currency_id,
                   LEAST(company.aftersales_ageing_first,
                         company.aftersales_overdue_days) AS first_limit,
                   LEAST(company.aftersales_ageing_second,
                         company.aftersales_overdue_days) AS second_limit,
                   company.aftersales_overdue_days AS long_limit,
                   GREATEST(company.aftersales_ageing_last,
                            company.aftersales_overdue_days) AS last_limit
              FROM cell
              JOIN res_company company ON company.id = cell.company_id
             WHERE cell.amount_residual <> 0 OR cell.amount_residual_currency <> 0
        )
        SELECT aged.id::bigint * 1048576 + aged.who AS id, aged.company_id,
               aged.id AS move_line_id, aged.move_id, aged.ticket_id,
               CASE WHEN aged.is_payment THEN 'payment'
                    WHEN aged.move_type = 'out_refund' THEN 'refund'
                    ELSE 'invoice' END AS kind,
               ticket.vehicle_id, aged.account_id, aged.partner_id,
               COALESCE(partner.commercial_partner_id, aged.partner_id)
                   AS commercial_partner_id,
               COALESCE(aged.aftersales_payer, 'customer') AS payer,
               level.id AS dealer_level_id, level.id IS NOT NULL AS is_dealer,
               NULLIF(aged.who, 0) AS guarantor_id,
               COALESCE(NULLIF(aged.who, 0), ticket.advisor_id) AS collector_id,
               aged.currency_id, aged.company_currency_id, aged.amount_residual,
               aged.amount_residual_currency, aged.date_invoice, aged.date_due,
               aged.days_overdue, aged.days_overdue > aged.long_limit
                   AS is_long_overdue,
               CASE WHEN aged.days_overdue = 0 THEN '0'
                    WHEN aged.days_overdue <= first_limit THEN '1'
                    WHEN aged.days_overdue <= second_limit THEN '2'
                    WHEN aged.days_overdue <= long_limit THEN '3'
                    WHEN aged.days_overdue <= last_limit THEN '4'
                    ELSE '5' END AS bucket,
               COALESCE(aged.aftersales_disputed, FALSE) AS disputed
          FROM aged
          JOIN aftersales_ticket ticket ON ticket.id = aged.ticket_id
          LEFT JOIN res_partner partner ON partner.id = aged.partner_id
          LEFT JOIN res_partner owing ON owing.id = partner.commercial_partner_id
          LEFT JOIN aftersales_dealer_level level ON level.id = (
               owing.aftersales_dealer_level_id ->> aged.company_id::text)::int
        """,
        open=_get_open_at(as_of) if as_of else OPEN_NOW,
        settled=settled,
        today=today,
    )
