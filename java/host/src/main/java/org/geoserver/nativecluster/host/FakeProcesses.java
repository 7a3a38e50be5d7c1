// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.geotools.api.data.Parameter;
import org.geotools.api.feature.type.Name;
import org.geotools.api.util.InternationalString;
import org.geotools.feature.NameImpl;
import org.geotools.process.Process;
import org.geotools.process.ProcessFactory;
import org.geotools.util.SimpleInternationalString;

/** Offers {@link FakeProcess} to GeoTools under the name {@code demo:work}. */
public final class FakeProcesses implements ProcessFactory {
    static final Name NAME = new NameImpl("demo", "work");

    @Override
    public InternationalString getTitle() {
        return new SimpleInternationalString("Processes that pretend to work");
    }

    @Override
    public Set<Name> getNames() {
        return Set.of(NAME);
    }

    @Override
    public Process create(Name name) {
        return NAME.equals(name) ? new FakeProcess() : null;
    }

    @Override
    public InternationalString getTitle(Name name) {
        return new SimpleInternationalString("Work");
    }

    @Override
    public InternationalString getDescription(Name name) {
        return getTitle(name);
    }

    @Override
    public Map<String, Parameter<?>> getParameterInfo(Name name) {
        return Map.of();
    }

    @Override
    public Map<String, Parameter<?>> getResultInfo(Name name, Map<String, Object> parameters) {
        return Map.of();
    }

    @Override
    public boolean supportsProgress(Name name) {
        return true;
    }

    @Override
    public String getVersion(Name name) {
        return "1.0.0";
    }

    @Override
    public boolean isAvailable() {
        return true;
    }

    @Override
    public Map<java.awt.RenderingHints.Key, ?> getImplementationHints() {
        return Collections.emptyMap();
    }
}
