/** Pixels that the wizard and what follows it are wide, at most. */
export const WIZARD_WIDTH = 600;
