// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.session;

import io.wildstream.client.GatewayClient;
import io.wildstream.cluster.ArgumentException;
import io.wildstream.cluster.ClusterException;
import io.wildstream.cluster.ClusterState;
import io.wildstream.cluster.GatewayToken;
import io.wildstream.cluster.Home;
import io.wildstream.cluster.RunningCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options of every command: the home it works in, and how it reports a failure. */
public class HomeOptions {

    private static final String LOG_FILE = "org.slf4j.simpleLogger.logFile";

    @Option(
            names = "--home",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Directory of logs, teachers and data (default: .wildstream in the working directory).")
    @Nullable Path home;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show the stack trace of a failure.")
    boolean verbose;

    /** Whether a failure is shown with its stack trace. */
    public boolean isVerbose() {
        return verbose;
    }

    /** The home of a command that only looks: nothing is created and nothing is logged. */
    public Home home() {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        return namedHome();
    }

    /** The home of a command that starts processes: this program logs to a file there. */
    public Home workingHome() {
        Home found = namedHome();
        logTo(found.logs());
        return found;
    }

    /**
     * The state of the cluster that runs in the home.
     *
     * @throws ClusterException when none runs
     */
    public ClusterState cluster() {
        return RunningCluster.require(home());
    }

    /**
     * A client of the running cluster's gateway; the caller closes it.
     *
     * @throws ClusterException when no cluster runs, or it is still starting
     */
    public GatewayClient gateway() {
        return gateway(cluster());
    }

    /**
     * A client of a cluster's gateway, which sends the token of the home where there is one; the caller closes it.
     *
     * @throws ClusterException when the cluster is still starting
     */
    public GatewayClient gateway(ClusterState state) {
        if (!state.ready()) {
            throw new ClusterException("the cluster is still starting: 'wildstream status' shows its processes");
        }
        return GatewayClient.connect(
                "127.0.0.1", state.gatewayPort(), GatewayToken.read(namedHome().tokenFile()));
    }

    private Home namedHome() {
        return new Home(home == null ? Path.of(Home.DEFAULT_NAME) : home);
    }

    private static void logTo(Path logs) {
        try {
            Files.createDirectories(logs);
        } catch (IOException e) {
            throw new ArgumentException("--home: the directory " + logs + " cannot be created: " + e.getMessage(), e);
        }
        if (System.getProperty(LOG_FILE) != null) {
            return;
        }
        System.setProperty(LOG_FILE, logs.resolve("launcher.log").toString());
        System.setProperty("org.slf4j.simpleLogger.showDateTime", "true");
        System.setProperty("org.slf4j.simpleLogger.dateTimeFormat", "yyyy-MM-dd HH:mm:ss.SSS");
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        System.setProperty("org.slf4j.simpleLogger.log.io.wildstream", "info");
        System.setProperty("org.slf4j.simpleLogger.log.ai.djl.util.cuda", "error");
    }
}
