// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.nativecluster.active.ConfigurationGate;
import org.geoserver.nativecluster.files.Later;
import org.geotools.util.logging.Logging;

/**
 * GeoWebCache reads its files when it starts, and not again when somebody else writes them: hands, or another node, into the
 * data directory that both share. What it must answer by is told as here only when it does: both nodes find the file, and if
 * this one told of it first, what the other one edited would never be applied here.
 */
final class Following {
    /** When the configuration is locked for too long. */
    private static final long AGAIN_MILLIS = 1_000;

    private static final Logger LOGGER = Logging.getLogger(Following.class);

    private final ConfigurationGate gate;
    private final Later later;
    private final Function<String, Family> families;
    private final Consumer<String> changed;

    Following(ConfigurationGate gate, Later later, Function<String, Family> families, Consumer<String> changed) {
        this.gate = gate;
        this.later = later;
        this.families = families;
        this.changed = changed;
    }

    /** What was written after GeoWebCache had read it, and before this node watched, is compared and need not be told. */
    void start(List<String> keys) {
        keys.stream().filter(this::isBehind).forEach(key -> later.after(0, () -> follow(key, () -> {})));
    }

    /** Something may have been changed here: see {@link Family#start}. */
    void changed(String key) {
        if (isBehind(key)) {
            later.after(0, () -> follow(key, () -> changed.accept(key)));
        } else {
            changed.accept(key);
        }
    }

    private boolean isBehind(String key) {
        try {
            return families.apply(key).isBehind(key);
        } catch (RuntimeException e) {
            LOGGER.log(Level.FINE, "It is read once more, to be published: " + key, e);
            return false;
        }
    }

    private void follow(String key, Runnable then) {
        if (!gate.tryWrite()) {
            later.after(AGAIN_MILLIS, () -> follow(key, then));
            return;
        }
        try {
            Applying.run(true, () -> {
                String problem = families.apply(key).follow();
                if (problem != null) {
                    LOGGER.warning("A file of the tile cache was changed. " + problem);
                }
            });
        } catch (RuntimeException | LinkageError e) {
            LOGGER.log(Level.WARNING, "A file of the tile cache was changed, and is not taken into use: " + key, e);
        } finally {
            gate.unlock();
        }
        then.run();
    }
}
