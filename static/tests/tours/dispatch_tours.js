import { addTour } from "./tour_steps";

// The dispatcher's board with more than fifty open jobs.
function column(title) {
    return `.o_kanban_group:has(.o_column_title:contains(${title}))`;
}

/** Drag the card of a job into a column and wait until it lies there. */
function drag(job, title) {
    return [
        {
            content: `drag ${job} to ${title}`,
            trigger: `.o_kanban_record:contains(${job})`,
            run: `drag_and_drop(${column(title)})`,
        },
        {
            content: `${job} lies under ${title}`,
            trigger: `${column(title)} .o_kanban_record:contains(${job})`,
        },
    ];
}

addTour("aftersales_dispatch_board", {
    steps: () => [
        {
            content: "the board shows its columns",
            trigger: `.o_kanban_group:nth-child(2) .o_kanban_record`,
        },
        ...drag("Bleed brakes", "Second Technician"),
        {
            content: "open the search",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            content: "a column for each bay",
            trigger: ".o_group_by_menu .o_menu_item:contains(Bay)",
            run: "click",
        },
        {
            content: "the bays are there",
            trigger: column("Lift 2"),
        },
        {
            content: "what has no bay yet lies open",
            trigger: ".o_kanban_group:not(.o_column_folded) .o_kanban_record:contains(Bleed brakes)",
        },
        ...drag("Bleed brakes", "Lift 2"),
    ],
});
