package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.TaskerException;

class QueueNameTests {
    @Test
    void aNamespaceNamesItsQueuesInLowerCase() {
        QueueName events = QueueName.events("Orders_EU");

        assertThat(events).hasToString("orders_eu_domain_events");
        assertThat(events.deadLetters()).hasToString("orders_eu_domain_events_dlq");
        assertThat(events.isDeadLetters()).isFalse();
        assertThat(events.deadLetters().isDeadLetters()).isTrue();
        assertThat(events.table()).isEqualTo("pgmq.\"q_orders_eu_domain_events\"");
        assertThat(events.archive()).isEqualTo("pgmq.\"a_orders_eu_domain_events\"");
    }

    @Test
    void theLongestNamespaceFits() {
        assertThat(QueueName.events("n".repeat(29)).deadLetters().text()).hasSize(QueueName.MAX_LENGTH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\"b", "a'b", "a;b", "a$b", "a--b", "a\\b", "a\nb", "a\u0000b", "ä"})
    void aNameThatCouldLeaveItsQuotesIsRefused(String name) {
        assertThatExceptionOfType(TaskerException.class)
                .isThrownBy(() -> QueueName.of(name))
                .returns("TASKER-Q112", TaskerException::code);
    }

    @Test
    void aNameThatPostgreSqlWouldCutIsRefused() {
        assertThatExceptionOfType(TaskerException.class)
                .isThrownBy(() -> QueueName.of("q".repeat(48)))
                .withMessageContaining("48 characters; at most 47");
        assertThatExceptionOfType(TaskerException.class)
                .isThrownBy(() -> QueueName.of("q".repeat(44)).deadLetters());
    }
}
