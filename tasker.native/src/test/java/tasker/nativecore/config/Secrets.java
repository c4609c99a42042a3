package tasker.nativecore.config;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Make secrets that show wherever a piece of them gets to, and values that hold them. */
final class Secrets {
    /** Stands in every piece of every secret. */
    static final String MARK = "zQx";

    /** The same as percent-encoding would write it. */
    static final String ENCODED_MARK = "%7A%51%78";

    private static final String SPECIAL = "/:#[];,!$'()*\"<>|\\^`{}~.-_ äß%&=+?@";

    private final Random random;

    Secrets(Random random) {
        this.random = random;
    }

    /** A value that fits a setting of this name, or does not, but holds a secret in any case. */
    String valueOf(String key) {
        return switch (key) {
            case "database.url" -> url("jdbc:postgresql:");
            case "leaky.brokers" ->
                any(url("http:"), url("amqp+ssl:") + "," + url("amqp:"), "see " + url("https:") + " for more", token());
            case "leaky.list" -> url("redis:") + ' ' + url("redis:");
            case "leaky.header" -> any("Authorization: Bearer " + inUrl(), "bearer " + inUrl(), "Basic " + inUrl());
            case "leaky.json" ->
                any(
                        "{\"password\": \"" + inUrl() + "\"}",
                        "{'user':'a','api_key' : '" + inUrl() + "','b':1}",
                        "Endpoint=sb://h;SharedAccessKey=" + inUrl());
            case "worker.namespace", "worker.polling-interval-ms", "leaky.pin" -> url("http:");
            default -> raw();
        };
    }

    /** Credentials before the host, in one of the places where services take them. */
    private String token() {
        return "https://" + inUrl() + "@sentry.example/" + random.nextInt(100);
    }

    private String url(String scheme) {
        String host = any("db:5432", "h1:5432,h2:5433", "[::1]:5432", "db.example", "127.0.0.1:1");
        String path = any("/orders", "", "/o");
        return switch (random.nextInt(4)) {
            case 0 -> scheme + "//app:" + inUserInfo() + '@' + host + path;
            case 1 -> scheme + "//app:" + inUserInfo() + '@' + host + path + "?ssl=true&" + parameter();
            case 2 -> scheme + "//" + host + path + "?a=b&" + parameter() + "&c=d";
            default -> scheme + "//" + host + path + '?' + parameter() + '&' + parameter();
        };
    }

    private String parameter() {
        String name = any(
                "password",
                "PASSWORD",
                "sslpassword",
                "access_token",
                "apikey",
                "api_key",
                "client_secret",
                "pass",
                "pwd",
                "sig",
                "pass%77ord",
                "%73ecret",
                "p%61ssw%6frd");
        return name + '=' + inUrl();
    }

    /** Anything: it stands in a value of its own. */
    private String raw() {
        StringBuilder secret = new StringBuilder(MARK);
        int length = 1 + random.nextInt(12);
        for (int i = 0; i < length; i++) {
            secret.append(SPECIAL.charAt(random.nextInt(SPECIAL.length()))).append(MARK);
        }
        return secret.toString();
    }

    /** With everything encoded that would end a parameter. */
    private String inUrl() {
        return URLEncoder.encode(raw(), StandardCharsets.UTF_8);
    }

    /** As people write passwords: much of what should be encoded is not. */
    private String inUserInfo() {
        StringBuilder secret = new StringBuilder();
        for (char c : raw().toCharArray()) {
            boolean must = "@?%".indexOf(c) >= 0 || c > 127;
            secret.append(
                    must || (random.nextInt(4) == 0 && MARK.indexOf(c) < 0)
                            ? URLEncoder.encode(String.valueOf(c), StandardCharsets.UTF_8)
                            : String.valueOf(c));
        }
        return secret.toString();
    }

    private String any(String... choices) {
        return List.of(choices).get(random.nextInt(choices.length));
    }
}
