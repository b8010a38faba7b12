package shop;

import java.util.concurrent.ThreadLocalRandom;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** An app as Spring Initializr makes it, with the Actuator's defaults; a share of its answers is 500. */
@SpringBootApplication
@RestController
public class Menu {
  private static final int ERRORS = Integer.parseInt(System.getenv().getOrDefault("ERROR_PERCENT", "0"));

  public static void main(String[] arguments) {
    SpringApplication.run(Menu.class, arguments);
  }

  @GetMapping("/")
  ResponseEntity<String> menu() {
    boolean fails = ThreadLocalRandom.current().nextInt(100) < ERRORS;
    return ResponseEntity.status(fails ? 500 : 200).body("menu\n");
  }
}
