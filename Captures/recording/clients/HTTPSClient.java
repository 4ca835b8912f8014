import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A GET and a POST with Java's HttpClient (TLS by -Djdk.tls… options). usage: HTTPSClient CA_FILE ORIGIN VERSION */
public class HTTPSClient {
    public static void main(String[] arguments) throws Exception {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null);
        try (var file = Files.newInputStream(Path.of(arguments[0]))) {
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(file));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        var client = HttpClient.newBuilder().sslContext(context)
            .version(HttpClient.Version.valueOf(arguments[2])).build();
        var get = HttpRequest.newBuilder(URI.create(arguments[1] + "/v1/models")).build();
        client.send(get, BodyHandlers.ofString());
        var post = HttpRequest.newBuilder(URI.create(arguments[1] + "/v1/messages"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"model\":\"claude-sonnet-4-5\",\"messages\":[]}")).build();
        if (client.send(post, BodyHandlers.ofString()).statusCode() != 200) System.exit(1);
    }
}
