package tasker.events.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tasker.events.api.DomainEvent;
import tasker.events.api.EventPattern;
import tasker.events.api.spi.EventPoller;

/** A subscriber that goes on where another one was. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PositionTests {
    private static final int CAPACITY = 8;

    private final InProcessTransport transport = new InProcessTransport(Await.LIMIT);

    @BeforeEach
    void start() {
        transport.start(TestContext.capacity(CAPACITY));
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void aSubscriberGoesOnWhereAnotherOneWas() {
        publish(0, 3);
        EventPoller first = transport.subscribe(EventPattern.all());
        publish(3, 5);
        assertThat(first.position()).isEqualTo(3);
        assertThat(numbers(first, 1)).containsExactly(3);
        long position = first.position();
        first.close();
        publish(5, 7);

        EventPoller second = transport.subscribe(EventPattern.all(), position);

        assertThat(position).isEqualTo(4);
        assertThat(numbers(second, 3)).containsExactly(4, 5, 6);
        assertThat(second.poll()).isEmpty();
        assertThat(second.missed()).isZero();
        assertThat(second.position()).isEqualTo(7).isEqualTo(transport.published());
    }

    @Test
    void whatWasOverwrittenSinceIsCountedExactly() {
        publish(0, 20);

        EventPoller poller = transport.subscribe(EventPattern.all(), 5);

        assertThat(numbers(poller, CAPACITY)).containsExactly(12, 13, 14, 15, 16, 17, 18, 19);
        assertThat(poller.missed()).isEqualTo(7);
        assertThat(transport.dropped()).isEqualTo(7);
    }

    @Test
    void eventsThatThePatternPassesOverMoveThePosition() {
        EventPoller poller = transport.subscribe(EventPattern.parse("wanted"));
        publish(0, 4);

        assertThat(poller.poll()).isEmpty();
        assertThat(poller.position()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"-1, 0", "-9223372036854775808, 0", "4, 3", "9223372036854775807, 3"})
    void aPositionThatWasNeverReachedIsTheNearestThatWas(long asked, long given) {
        publish(0, 3);

        assertThat(transport.subscribe(EventPattern.all(), asked).position()).isEqualTo(given);
    }

    private void publish(int from, int to) {
        IntStream.range(from, to)
                .mapToObj(number -> DomainEvent.of("counted", Map.of("n", number), "test"))
                .forEach(transport.publisher()::publish);
    }

    private static List<Object> numbers(EventPoller poller, int count) {
        return IntStream.range(0, count)
                .mapToObj(ignored -> Objects.requireNonNull(
                        poller.poll().orElseThrow().payload().get("n")))
                .toList();
    }
}
