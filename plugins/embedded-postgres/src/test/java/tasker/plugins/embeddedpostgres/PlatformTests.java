package tasker.plugins.embeddedpostgres;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTests {
    @ParameterizedTest
    @CsvSource({"Mac OS X, aarch64", "Windows 11, amd64", "Linux, aarch64"})
    void aMachineThatTheBinariesDoNotRunOnIsNamed(String osName, String architecture) {
        assertThatThrownBy(() -> Platform.check(osName, architecture))
                .hasMessageStartingWith("TASKER-D201")
                .hasMessageContaining(osName + " on " + architecture)
                .hasMessageContaining("database.url");
    }

    @Test
    void linuxOnAmd64IsFine() {
        assertThatCode(() -> Platform.check("Linux", "amd64")).doesNotThrowAnyException();
    }
}
