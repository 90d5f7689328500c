/**
 * Names the organization of the page that a call comes from, by its id. Event streams cannot send headers and carry it
 * as a query parameter of the same name. Calls of API clients need none.
 */
export const organizationHeader = "x-slipway-organization";
