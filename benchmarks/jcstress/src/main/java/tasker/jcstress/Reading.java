package tasker.jcstress;

import tasker.events.inprocess.BroadcastReceiver;

/**
 * Account for what one receiver reads of several publishers, of which each publishes ascending values of its own ten.
 */
final class Reading {
    private static final int PUBLISHERS = 10;

    private final BroadcastReceiver<Plain> receiver;
    private final int[] last = new int[PUBLISHERS];
    private int read;
    private boolean inOrder = true;

    Reading(BroadcastReceiver<Plain> receiver) {
        this.receiver = receiver;
    }

    /** Read once; {@code false} when there was nothing. */
    boolean next() {
        int value = Plain.poll(receiver);
        if (value == 0) {
            return false;
        }
        int publisher = value / 10;
        inOrder &= publisher < PUBLISHERS - 1 && value > last[publisher];
        last[publisher] = value;
        read++;
        return true;
    }

    void drain() {
        while (next()) {
            // Until there is nothing left.
        }
    }

    /** How many were read, or said to be missed. */
    int accounted() {
        return read + (int) receiver.missed();
    }

    /** How many are said to be missed. */
    long missed() {
        return receiver.missed();
    }

    /** Whether each was whole, and each publisher's in its order. */
    boolean inOrder() {
        return inOrder;
    }
}
