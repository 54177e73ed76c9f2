import { addTour, menu, press, reached } from "./tour_steps";

// The accountant's month: what is open, agreed by both sides, paid, held back and paid
// out. The books of the month are made by the test.
const LINES = ".o_field_widget[name=line_ids]";

/** Open the group of a list whose heading has `text`. */
function unfold(text) {
    return [
        {
            content: `open the group ${text}`,
            trigger: `.o_list_view .o_group_header:contains(${text})`,
            run: "click",
        },
        {
            content: `${text} is open`,
            trigger: ".o_list_view .o_data_row",
        },
    ];
}

/** Select all the rows of a list and press a button of its heading. */
function pressForAll(name) {
    return [
        {
            content: "select all",
            trigger: ".o_list_view:has(.o_data_row) thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: `press ${name}`,
            trigger: `.o_control_panel button[name=${name}]:enabled`,
            run: "click",
        },
    ];
}

/** Answer the question of a window. */
function sure() {
    return [
        {
            content: "yes, I am sure",
            trigger: ".modal .modal-footer .btn-primary:enabled",
            run: "click",
        },
    ];
}

/** Print by the cog of a form or a list. */
function print(name) {
    return [
        {
            content: "open the cog",
            trigger: ".o_control_panel .o_cp_action_menus .fa-cog",
            run: "click",
        },
        {
            content: `print ${name}`,
            trigger: `.o-dropdown--menu .o-dropdown-item:contains(${name})`,
            run: "click",
        },
        {
            content: "it is printed",
            trigger: ".o_form_view",
            async run() {
                const done = ({ name }) => name.includes("/report/download");
                while (!performance.getEntriesByType("resource").some(done)) {
                    await new Promise((resolve) => setTimeout(resolve, 50));
                }
            },
        },
    ];
}

// By the fifth: he looks at what is open and sends a guarantor his statement, corrects
// one item of it and confirms for his side.
addTour("aftersales_account_send", {
    steps: () => [
        ...menu("Money", "Receivables"),
        ...unfold("1–"),
        ...menu("Money", "Statements"),
        {
            content: "the guarantor's statement",
            trigger: ".o_list_view .o_data_row:contains(Guarantor):contains(Advisor) td[name=name]",
            run: "click",
        },
        ...press("action_send"),
        ...reached("To be confirmed"),
        {
            content: "the first item is less",
            trigger: `${LINES} .o_data_row:first td[name=amount_difference]`,
            run: "click",
        },
        {
            content: "by ten",
            trigger: `${LINES} .o_selected_row [name=amount_difference] input`,
            run: "edit -10",
        },
        {
            content: "look for the reason",
            trigger: `${LINES} .o_selected_row [name=reason_id] input`,
            run: "edit Credit",
        },
        {
            content: "a credit that is missing",
            trigger: ".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option) a:contains(Credit)",
            run: "click",
        },
        ...press("action_confirm_finance"),
        {
            content: "every item has his name, none the guarantor's",
            trigger: `${LINES} td[name=confirmed_by_finance_id] img`,
            run() {
                const count = (cell) =>
                    document.querySelectorAll(`${LINES} .o_data_row td[name=${cell}] img`).length;
                const rows = document.querySelectorAll(`${LINES} .o_data_row`).length;
                if (count("confirmed_by_finance_id") !== rows || count("confirmed_by_holder_id")) {
                    throw new Error(`${rows} items are not confirmed by Finance alone`);
                }
            },
        },
    ],
});

// The guarantor has confirmed: it is agreed and printed. Then money comes in.
addTour("aftersales_account_agree", {
    steps: () => [
        ...press("action_agree"),
        ...sure(),
        ...reached("Agreed"),
        ...print("Reconciliation Statement"),
        ...menu("Money", "Receivables"),
        ...unfold("1–"),
        {
            content: "the oldest invoice",
            trigger: ".o_list_view .o_data_row:first .o_list_record_selector input",
            run: "click",
        },
        {
            content: "it is paid",
            trigger: ".o_control_panel button[name=action_register_payment]:enabled",
            run: "click",
        },
        {
            content: "Odoo's own window",
            trigger: ".modal .o_field_widget[name=amount] input",
        },
        {
            content: "by the whole",
            trigger: ".modal button[name=action_create_payments]:enabled",
            run: "click",
        },
        {
            content: "the window is closed",
            trigger: "body:not(:has(.modal)) .o_content",
        },
        ...menu("Money", "Receivables beside the Ledger"),
        {
            content: "nothing differs",
            trigger: ".o_form_view .o_field_widget[name=amount_difference]:contains(0.00)",
        },
    ],
});

// In June: held back what is long overdue, and put on the payout statements.
addTour("aftersales_account_hold", {
    steps: () => [
        ...menu("Money", "Deductions"),
        ...pressForAll("action_post"),
        {
            content: "all are held back",
            trigger: ".o_list_view .o_data_row:contains(Held back)",
        },
        ...menu("Money", "Deductions beside the Ledger"),
        {
            content: "nothing differs",
            trigger: ".o_form_view .o_field_widget[name=amount_difference]:contains(0.00)",
        },
        ...menu("Money", "Payouts"),
        {
            content: "collect a month",
            trigger: ".o_control_panel button:contains(Collect a month)",
            run: "click",
        },
        {
            content: "the month of June",
            trigger: ".modal .o_field_widget[name=month] input",
            run: "edit 06/30/2026",
        },
        {
            content: "collect it",
            trigger: ".modal button[name=action_collect]",
            run: "click",
        },
        {
            content: "one for each guarantor",
            trigger: ".o_list_view .o_data_row:contains(Advisor) td[name=name]",
            run: "click",
        },
        {
            content: "what is held back is there",
            trigger: `${LINES} .o_data_row:contains(-)`,
        },
        ...press("action_release"),
        ...sure(),
        ...reached("Released"),
        ...print("Payout"),
    ],
});
