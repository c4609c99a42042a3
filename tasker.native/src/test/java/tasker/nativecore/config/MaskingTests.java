package tasker.nativecore.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskingTests {
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            jdbc:postgresql://db:5432/o?password=p%26q&ssl=true | jdbc:postgresql://db:5432/o?password=***&ssl=true
            jdbc:postgresql://db/o?user=a&PASSWORD=p;q#r        | jdbc:postgresql://db/o?user=a&PASSWORD=***
            jdbc:postgresql://a:p@db:5432/o                     | jdbc:postgresql://a:***@db:5432/o
            jdbc:postgresql://a:p@ss/w?rd@db:5432/o             | jdbc:postgresql://a:***@db:5432/o
            jdbc:postgresql://h1:5432,h2:5433/o?user=me@corp    | jdbc:postgresql://h1:5432,h2:5433/o?user=me@corp
            jdbc:postgresql://h1:5432/o?sslpassword=p           | jdbc:postgresql://h1:5432/o?sslpassword=***
            http://h/?access_token=p                            | http://h/?access_token=***
            jdbc:postgresql://a@db/o                            | jdbc:postgresql://a@db/o
            jdbc:postgresql://a:p?ss@db/o                       | jdbc:postgresql://a:***@db/o
            jdbc:postgresql://a:123/4?5@db/o                    | jdbc:postgresql://a:***@db/o
            jdbc:postgresql://a:1?x@db:5432/o?user=me@corp      | jdbc:postgresql://a:***@db:5432/o?user=me@corp
            jdbc:postgresql://a:p q@db/o                        | jdbc:postgresql://a:***@db/o
            jdbc:postgresql://[::1]:5432/o?user=me@corp         | jdbc:postgresql://[::1]:5432/o?user=me@corp
            see http://a:p$1@h/x and mail me@corp               | see http://a:***@h/x and mail me@corp
            see http://a:p q@h/x for more                       | see http://a:***@h/x for more
            https://p@sentry.example/1                          | https://***@sentry.example/1
            http://h/?p%61ssword=p                              | http://h/?p%61ssword=***
            Authorization: Bearer p                             | Authorization: Bearer ***
            a plain text, nothing more                          | a plain text, nothing more
            """)
    void onlyTheSecretIsHidden(String value, String masked) {
        assertThat(Masking.mask(value)).isEqualTo(masked);
        assertThat(JdbcUrls.masked(value)).isEqualTo(masked);
    }
}
