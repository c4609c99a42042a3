package tasker.bootstrap.demo;

/**
 * Hold one number that was counted on two sides.
 *
 * @param what the number
 * @param left who counted it
 * @param leftCount how much that was
 * @param right who else counted it, by itself
 * @param rightCount how much that was
 * @param agrees whether both sides say the same
 */
record Comparison(String what, String left, long leftCount, String right, long rightCount, boolean agrees) {
    /** Compare two counts that must be equal. */
    static Comparison of(String what, String left, long leftCount, String right, long rightCount) {
        return new Comparison(what, left, leftCount, right, rightCount, leftCount == rightCount);
    }
}
