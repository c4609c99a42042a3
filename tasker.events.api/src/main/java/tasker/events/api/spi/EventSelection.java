package tasker.events.api.spi;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tasker.events.api.EventPattern;
import tasker.events.api.InvalidValueException;

/**
 * Choose messages of a queue of dead letters or of an archive; immutable. Start from {@link #all()} and narrow it down:
 * a message is chosen when it meets every condition that is set.
 *
 * @param since chosen are those that came there at this time or later
 * @param until chosen are those that came there before this time
 * @param types chosen are events whose type matches one of these; empty for any type, and for messages without one
 * @param eventIds together with {@code messageIds}: chosen are those that have one of these ids; both empty for any
 * @param messageIds what the store knows messages by
 */
public record EventSelection(
        Optional<Instant> since,
        Optional<Instant> until,
        List<EventPattern> types,
        Set<UUID> eventIds,
        Set<String> messageIds) {

    private static final EventSelection ALL =
            new EventSelection(Optional.empty(), Optional.empty(), List.of(), Set.of(), Set.of());

    /**
     * Check and copy the values.
     *
     * @throws InvalidValueException when the end of the time range is not after its begin
     */
    public EventSelection {
        if (since.isPresent() && until.isPresent() && !since.get().isBefore(until.get())) {
            throw new InvalidValueException("until", "is " + until.get() + "; expected a time after " + since.get());
        }
        types = List.copyOf(types);
        eventIds = Set.copyOf(eventIds);
        messageIds = Set.copyOf(messageIds);
    }

    /** Choose every message. */
    public static EventSelection all() {
        return ALL;
    }

    /** Choose those of this time or later. */
    public EventSelection since(Instant time) {
        return new EventSelection(Optional.of(time), until, types, eventIds, messageIds);
    }

    /** Choose those before this time. */
    public EventSelection until(Instant time) {
        return new EventSelection(since, Optional.of(time), types, eventIds, messageIds);
    }

    /** Choose events of these types. */
    public EventSelection types(List<EventPattern> patterns) {
        return new EventSelection(since, until, patterns, eventIds, messageIds);
    }

    /** Choose this event too, beside others that are chosen by their ids. */
    public EventSelection event(UUID id) {
        Set<UUID> more = new LinkedHashSet<>(eventIds);
        more.add(id);
        return new EventSelection(since, until, types, more, messageIds);
    }

    /** Choose this message too, beside others that are chosen by their ids. */
    public EventSelection message(String id) {
        Set<String> more = new LinkedHashSet<>(messageIds);
        more.add(id);
        return new EventSelection(since, until, types, eventIds, more);
    }

    /** Whether no condition is set. */
    public boolean isAll() {
        return equals(ALL);
    }
}
