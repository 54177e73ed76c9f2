import {
    addTour,
    back,
    choose,
    hidden,
    menu,
    page,
    pick,
    press,
    reached,
    save,
    step,
    write,
} from "./tour_steps";

// One ticket from the report to the close. Each tour is one visit of one person; the
// technician's are played on a phone (see technician_tours.js).
const LINES = ".o_field_widget[name=line_ids]";

addTour("aftersales_thread_report", {
    steps: () => [
        ...pick("vehicle_id", "1M8GDM9AXKP042788"),
        {
            content: "the owner follows from the vehicle",
            trigger: ".o_field_widget[name=partner_id] input:value(Lin Freight)",
        },
        ...write("complaint", "No drive, brakes squeal"),
        ...write("odometer", "12000"),
        ...pick("technician_id", "Technician"),
        ...step("action_assign", "Assigned"),
        ...hidden("action_call_back", "action_diagnose"),
    ],
});

/**
 * Enter line number `nr` of the estimate.
 * @param {string} amount what it comes to in the end
 */
function line(nr, product, amount, { quantity, payer } = {}) {
    const row = `${LINES} .o_data_row:eq(${nr - 1}).o_selected_row`;
    return [
        {
            content: `a line for ${product}`,
            trigger: `${LINES} .o_field_x2many_list_row_add a`,
            run: "click",
        },
        ...pick("product_id", product, row),
        {
            content: "the price follows from the product",
            trigger: `${row} .o_field_widget[name=price_subtotal]:not(:contains(/^\\D*0\\.00/))`,
        },
        ...(quantity ? write("quantity", quantity, row) : []),
        ...(payer ? choose("payer", payer, row) : []),
        ...(payer
            ? [
                  {
                      content: `the case follows from the payer ${payer}`,
                      trigger: `${row} .o_field_widget[name=release_basis]:contains(${payer})`,
                  },
              ]
            : []),
        {
            content: "away from the field",
            trigger: ".oe_title",
            run: "click",
        },
        {
            content: `${product} comes to ${amount}`,
            trigger: `${LINES} .o_data_row:eq(${
                nr - 1
            }):not(.o_selected_row) [name=price_subtotal]:contains(${amount})`,
        },
    ];
}

addTour("aftersales_thread_estimate", {
    steps: () => [
        ...page("Parts and operations"),
        ...line(1, "Drive motor", "1,200.00", { payer: "Warranty" }),
        ...line(2, "Brake pads", "360.00", { quantity: "2" }),
        ...line(3, "Mirror", "75.00"),
        ...line(4, "Replace drive motor", "60.00"),
        ...save(),
        {
            content: "what the customer pays is summed up",
            trigger: ".o_field_widget[name=amount_estimate]:contains(495.00)",
        },
    ],
});

addTour("aftersales_thread_quote", {
    steps: () => [
        ...step("action_quote", "Quoted"),
        {
            content: "he may record what the customer says",
            trigger: ".o_statusbar_buttons button[name=action_approve]",
        },
        ...page("Billing"),
        {
            content: "send the quotation",
            trigger: "button[name=action_send_quotations]:enabled",
            run: "click",
        },
        {
            content: "it is sent",
            trigger:
                ".o_field_widget[name=order_ids] .o_data_row:contains(Quotation Sent)",
        },
        ...hidden("action_invoice_deposit", "action_issue_gate_pass"),
    ],
});

addTour("aftersales_thread_sign", {
    steps: () => [
        {
            content: "the order of this ticket",
            trigger: ".o_portal_wrap a[href*='/my/orders/']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "what he need not pay stands there as well",
            trigger: "[name=aftersales_covered]:contains(Covered by warranty)",
        },
        {
            content: "sign",
            trigger:
                "body[is-ready=true] .o_portal_sale_sidebar a[data-bs-target='#modalaccept']",
            run: "click",
        },
        {
            content: "his name",
            trigger: ".modal .o_web_sign_name_and_signature input",
            run: "edit Mr Zhao",
        },
        {
            content: "his name stands there alone",
            trigger: ".modal .o_web_sign_name_and_signature input:value(Mr Zhao)",
        },
        {
            content: "it is drawn",
            trigger: ".modal canvas.o_web_sign_signature",
            run: "canvasNotEmpty",
        },
        {
            content: "accept",
            trigger: ".modal .o_portal_sign_submit:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "his signature is taken",
            trigger: "#quote_content:contains(Mr Zhao), #portal_sale_content:contains(Mr Zhao)",
        },
    ],
});

function payment() {
    return [
        ...press("action_register_payment"),
        {
            content: "confirm the payment",
            trigger: ".modal button[name=action_create_payments]:enabled",
            run: "click",
        },
        {
            content: "it is in the books, nothing is due",
            trigger:
                "body:not(:has(.modal)) .o_form_view:not(:has(button[name=action_register_payment]))",
        },
    ];
}

function invoice(button) {
    return [
        ...press(button),
        {
            content: "the invoice is posted",
            trigger: ".o_breadcrumb .active:contains(INV/)",
        },
        ...back(),
        {
            content: "the ticket again",
            trigger: ".o_notebook .nav-link:contains(Billing)",
        },
    ];
}

/** Gather the papers, compare the totals and settle; then the ticket again. */
function settle() {
    return [
        ...press("action_settlement"),
        {
            content: "all papers are there",
            trigger:
                ".o_form_view:has(.o_field_widget[name=line_ids] .o_data_row):not(:has(.alert-warning:visible))",
        },
        ...press("action_check"),
        ...press("action_settle"),
        ...reached("Settled"),
        ...back(),
        {
            content: "the ticket again",
            trigger: ".o_notebook .nav-link:contains(Billing)",
        },
    ];
}

addTour("aftersales_thread_deposit", {
    steps: () => [
        ...hidden("action_approve", "action_quote", "action_pass_inspection"),
        ...invoice("action_invoice_deposit"),
        ...payment(),
        ...reached("Approved"),
    ],
});

addTour("aftersales_thread_release", {
    steps: () => [
        ...menu("Parts", "To Release"),
        {
            content: "choose all three that wait",
            trigger:
                ".o_list_view:has(.o_data_row:eq(2)) thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "release them",
            trigger: "button[name=action_aftersales_release]:enabled",
            run: "click",
        },
        {
            content: "nothing waits any more",
            trigger: ".o_list_view:not(:has(.o_data_row))",
        },
    ],
});

function issue(left) {
    return [
        {
            content: `open one of ${left} slips`,
            trigger: ".o_list_view .o_data_row:first .o_data_cell:first",
            run: "click",
        },
        ...hidden("action_aftersales_release", "action_aftersales_withdraw_release"),
        ...press("action_aftersales_issue"),
        {
            content: "hand out what is asked for",
            trigger: ".modal button[name=action_confirm]:enabled",
            run: "click",
        },
        {
            content: "it has left",
            trigger: ".o_form_view .o_arrow_button_current:contains(Done)",
        },
        ...back(),
        {
            content: "one less",
            trigger:
                left > 1
                    ? `.o_list_view:has(.o_data_row:eq(${left - 2})):not(:has(.o_data_row:eq(${
                          left - 1
                      })))`
                    : ".o_list_view:not(:has(.o_data_row))",
        },
    ];
}

addTour("aftersales_thread_issue", {
    steps: () => [
        ...menu("Parts", "Issue Slips"),
        ...issue(3),
        ...issue(2),
        ...issue(1),
    ],
});

addTour("aftersales_thread_inspect", {
    steps: () => [
        ...reached("Inspection"),
        ...hidden("action_finish", "action_invoice", "action_pass_inspection"),
        ...press("action_final_inspection"),
        ...press("action_rest_ok"),
        {
            content: "no point is open",
            trigger: ".o_form_view:not(:has(button[name=action_rest_ok]))",
        },
        ...press("action_done"),
        ...press("action_pass"),
        ...press("action_cleaned"),
        ...write("place", "Row 3"),
        ...press("action_all_checked"),
        {
            content: "all is checked",
            trigger: ".o_form_view:not(:has(button[name=action_all_checked]))",
        },
        ...press("action_hand_over"),
        {
            content: "it is with the adviser soon",
            trigger: ".o_form_view:not(:has(button[name=action_hand_over]))",
        },
        ...hidden("action_take_over"),
    ],
});

addTour("aftersales_thread_money", {
    steps: () => [
        ...hidden("action_hand_over"),
        ...invoice("action_invoice"),
        ...payment(),
        ...hidden("action_issue_gate_pass"),
        ...settle(),
        ...press("action_issue_gate_pass"),
        {
            content: "the pass has a number",
            trigger: ".o_form_view .o_field_widget[name=issued_by_id]",
        },
    ],
});

addTour("aftersales_thread_handover", {
    steps: () => [
        ...press("action_internal_handover"),
        ...press("action_take_over"),
        {
            content: "he has it",
            trigger: ".o_form_view:not(:has(button[name=action_take_over]))",
        },
        ...back(),
        ...press("action_hand_over"),
        ...write("received_by", "Mr Zhao"),
        {
            content: "signed on paper",
            trigger: ".o_field_widget[name=signed_on_paper] input",
            run: "click",
        },
        {
            content: "the keys are back",
            trigger: ".o_field_widget[name=keys_returned] input",
            run: "click",
        },
        {
            content: "confirm",
            trigger: "button[name=action_confirm]:enabled",
            run: "click",
        },
        {
            content: "it is handed over",
            trigger: "body:not(:has(button[name=action_confirm]:visible))",
        },
    ],
});

addTour("aftersales_thread_old_part", {
    steps: () => [
        ...menu("Parts", "Old Parts"),
        {
            content: "the old motor is due",
            trigger: ".o_list_view .o_data_row:contains(Drive motor) .o_data_cell:first",
            run: "click",
        },
        ...press("action_receive"),
        {
            content: "it is in the zone for old parts",
            trigger: ".o_form_view .o_arrow_button_current:contains(Received)",
        },
    ],
});

addTour("aftersales_thread_close", {
    steps: () => step("action_close", "Closed"),
});
