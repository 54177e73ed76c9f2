import { addTour, back, hidden, page, press, reached, save, write } from "./tour_steps";

// A discount at the settlement: asked by the adviser, granted by a manager, settled by
// the cashier.
const DISCOUNTS = ".o_field_widget[name=discount_ids]";

addTour("aftersales_settlement_ask", {
    steps: () => [
        ...hidden("action_check", "action_settle"),
        ...page("Told to the customer"),
        {
            content: "the work was explained",
            trigger: ".o_field_widget[name=work_explained] input",
            run: "click",
        },
        ...page("Discounts and wishes"),
        {
            content: "ask for a discount",
            trigger: `${DISCOUNTS} .o_field_x2many_list_row_add a`,
            run: "click",
        },
        ...write("percent", "10", `${DISCOUNTS} .o_selected_row`),
        ...write("reason", "Came three times", `${DISCOUNTS} .o_selected_row`),
        ...save(),
        {
            content: "he cannot grant it",
            trigger: `${DISCOUNTS}:not(:has(button[name=action_approve]))`,
        },
    ],
});

addTour("aftersales_settlement_grant", {
    steps: () => [
        ...page("Discounts and wishes"),
        {
            content: "grant it",
            trigger: `${DISCOUNTS} button[name=action_approve]`,
            run: "click",
        },
        {
            content: "it is granted",
            trigger: `${DISCOUNTS} .o_data_row:contains(Granted):contains(50.85)`,
        },
    ],
});

addTour("aftersales_settlement_cash", {
    steps: () => [
        ...hidden("action_issue_gate_pass"),
        ...press("action_invoice"),
        {
            content: "the invoice is posted",
            trigger: ".o_breadcrumb .active:contains(INV/)",
        },
        ...back(),
        ...press("action_settlement"),
        {
            content: "approved and billed agree",
            trigger:
                ".o_field_widget[name=line_ids] .o_data_row:contains(Customer):contains(457.65)",
        },
        ...press("action_check"),
        ...press("action_settle"),
        ...reached("Settled"),
    ],
});
