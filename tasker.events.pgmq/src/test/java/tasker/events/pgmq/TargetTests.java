package tasker.events.pgmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasker.events.api.TaskerException;
import tasker.events.api.spi.DatabaseSettings;

class TargetTests {
    private static Target target(String url) {
        return Target.of(new DatabaseSettings(url, Optional.of("me"), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jdbc:postgresql://db.example:6000/shop | db.example:6000 | shop",
                "jdbc:postgresql://db.example/shop?sslmode=require | db.example:5432 | shop",
                "jdbc:postgresql:shop | localhost:5432 | shop",
                "jdbc:postgresql://one:1,two:2/shop | one:1, two:2 | shop"
            })
    void theHostAndTheDatabaseAreRead(String url, String host, String database) {
        assertThat(target(url)).returns(host, Target::host).returns(database, Target::database);
    }

    @Test
    void secretsInTheAddressAreHidden() {
        assertThat(target("jdbc:postgresql://h/d?user=me&password=s3cret&sslPassword=t0p&sslkey=/k&sslmode=require")
                        .url())
                .isEqualTo("jdbc:postgresql://h/d?user=me&password=***&sslPassword=***&sslkey=/k&sslmode=require");
    }

    @Test
    void theAccountMayStandInTheAddress() {
        DatabaseSettings settings =
                new DatabaseSettings("jdbc:postgresql://h/d?user=you", Optional.empty(), Optional.empty());
        assertThat(Target.of(settings).user()).isEqualTo("you");
        assertThat(target("jdbc:postgresql://h/d?user=you").user()).isEqualTo("me");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "postgres://h/d",
                "jdbc:mysql://h/d",
                "jdbc:postgresql://me:s3cret@h/d",
                "jdbc:postgresql://me:s3cret?s3cret@h/d",
                "jdbc:postgresql://me:s3cret/s3cret@h/d",
                "jdbc:postgresql://me:5432?s3cret=@h/d"
            })
    void anAddressThatIsNotPostgreSqlsIsRefusedWithoutItsSecrets(String url) {
        assertThatExceptionOfType(TaskerException.class)
                .isThrownBy(() -> target(url))
                .returns("TASKER-D102", TaskerException::code)
                .satisfies(e -> assertThat(e).hasMessageNotContaining("s3cret"));
    }
}
