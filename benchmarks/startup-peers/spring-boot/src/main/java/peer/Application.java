package peer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Start the peer. */
@SpringBootApplication
public class Application {
    /** Start. */
    public static void main(String[] args) {
        SpringApplication.run(Application.class, args);
    }
}
