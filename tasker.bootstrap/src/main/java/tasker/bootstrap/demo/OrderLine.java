package tasker.bootstrap.demo;

/**
 * Hold one line of a file of orders.
 *
 * @param number its place in the file, from 1, blank lines counted
 * @param text what it says, whether or not that is an order
 * @param tooLong whether the line went on beyond the text
 */
record OrderLine(int number, String text, boolean tooLong) {}
