package tasker.bootstrap.cli;

/**
 * Say what a person has to know of a worker before its figures.
 *
 * @param text empty when there is nothing
 * @param gone whether the worker does not answer, so that the figures are its last ones
 */
record TopNotice(String text, boolean gone) {
    static final TopNotice NONE = new TopNotice("", false);
}
