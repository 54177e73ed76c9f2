"""Protected core parts are not sold and have no price: now the database keeps it
(R-PRICE-04). What was entered before is brought in line, and named in the log."""

import logging

from odoo.tools import sql

_logger = logging.getLogger(__name__)


def migrate(cr, version):
    """Take price, sale and service off core parts before the constraint is made."""
    if not sql.column_exists(cr, "product_template", "aftersales_serviceable"):
        # Else Odoo fills the new column with its default, for core parts too.
        sql.create_column(cr, "product_template", "aftersales_serviceable", "bool")
        cr.execute(
            """
            UPDATE product_template
               SET aftersales_serviceable =
                   aftersales_part_class IS DISTINCT FROM 'core'
            """
        )
    cr.execute(
        """
        UPDATE product_template part
           SET list_price = 0, sale_ok = FALSE, aftersales_serviceable = FALSE
          FROM product_template was
         WHERE was.id = part.id AND part.aftersales_part_class = 'core'
           AND (part.sale_ok OR COALESCE(part.list_price, 0) <> 0
                OR part.aftersales_serviceable)
        RETURNING part.id, was.list_price
        """
    )
    for part, price in cr.fetchall():
        _logger.info(
            "Product template %s is a protected core part: no longer for sale, its "
            "price of %s taken off.",
            part,
            price,
        )
