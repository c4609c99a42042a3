package tasker.events.api.spi;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tasker.events.api.TraceContext;

/**
 * Record spans of what a worker sends, receives and processes, with a tracing library. Optional: without one, trace
 * contexts are passed on as they came, and nothing is recorded. A worker uses the first that starts.
 *
 * <p>Called on whichever thread does the work, from many at once, so it must be quick and must not block. What it
 * throws is counted, logged now and then, and changes nothing: the work goes on without a span.
 */
public interface EventTracer extends WorkerService {
    /** The trace context that the library has for the calling thread, such as that of a span of the program's own. */
    Optional<TraceContext> current();

    /** Begin a span; {@link Span#end} ends it, on the same or on another thread. */
    Span begin(Operation operation);

    /**
     * Say what a span is about, in the terms of OpenTelemetry's conventions for messaging.
     *
     * @param kind what is done
     * @param system the transport, such as {@code pgmq}
     * @param destination the queue, the type of the event on the fast path, or the handler of a step
     * @param messages how many messages it is about, at least 1
     * @param messageId the id of the message, where it is one
     * @param conversationId the correlation id, where it is one message that has one
     * @param parent what the span is part of; empty for a trace of its own
     * @param links the contexts in which the messages were made
     * @param begin when it began; empty for now
     */
    record Operation(
            Kind kind,
            String system,
            String destination,
            int messages,
            Optional<String> messageId,
            Optional<UUID> conversationId,
            Optional<TraceContext> parent,
            List<TraceContext> links,
            Optional<Instant> begin) {
        /** Copy the list. */
        public Operation {
            links = List.copyOf(links);
        }
    }

    /** Tell what is done with messages. */
    enum Kind {
        /** They are published. */
        SEND,
        /** They are read from a queue. */
        RECEIVE,
        /** A handler works on one. */
        PROCESS,
        /** A queue is told what became of one. */
        SETTLE
    }

    /** Hold a span that has begun. */
    interface Span {
        /** The context of the span, which goes into the messages that are sent. */
        TraceContext context();

        /** Make the span the library's current one on the calling thread, until the scope is closed there. */
        Scope activate();

        /**
         * End the span. Called once.
         *
         * @param errorType why the work failed: the code of an error, or the name of an exception's class; empty when
         *     it succeeded
         */
        void end(Optional<String> errorType);
    }

    /** End what {@link Span#activate} has begun; called on the same thread. */
    interface Scope extends AutoCloseable {
        @Override
        void close();
    }
}
