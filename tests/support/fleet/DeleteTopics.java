import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;

/** Deletes every topic of Argosy from the brokers that the first argument names, as the worst of operators would; prints how many. */
public class DeleteTopics {
    public static void main(String[] args) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", args[0]))) {
            List<String> ours = admin.listTopics().names().get().stream().filter(name -> name.startsWith("argosy.")).collect(Collectors.toList());
            admin.deleteTopics(ours).all().get();
            System.out.println(ours.size());
        }
    }
}
