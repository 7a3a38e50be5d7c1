// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What all nodes have in common.
 *
 * @param webapp the GeoServer they are copies of
 * @param java the program that runs them
 * @param options more options for their JVMs
 * @param containerPath class path of the container
 */
public record Setup(Webapp webapp, String java, List<String> options, String containerPath) {
    /**
     * One asynchronous process at a time, so that there is a queue; and statuses live longer than the suite. What is not
     * said here GeoServer adds.
     */
    static final String WPS_XML =
            """
            <wps>
              <id>WPSInfoImpl-suite</id>
              <enabled>true</enabled>
              <name>WPS</name>
              <versions>
                <org.geotools.util.Version>
                  <version>1.0.0</version>
                </org.geotools.util.Version>
              </versions>
              <schemaBaseURL>http://schemas.opengis.net</schemaBaseURL>
              <connectionTimeout>30.0</connectionTimeout>
              <resourceExpirationTimeout>3600</resourceExpirationTimeout>
              <maxSynchronousProcesses>4</maxSynchronousProcesses>
              <maxAsynchronousProcesses>1</maxAsynchronousProcesses>
            </wps>
            """;

    private static final String URL_CHECK =
            """
            <regexUrlCheck>
              <name>suite</name>
              <description>Inputs that the suite serves</description>
              <enabled>true</enabled>
              <regex>^http://127\\.0\\.0\\.1:.*$</regex>
            </regexUrlCheck>
            """;

    /**
     * Nodes of a web application.
     *
     * @param classpaths folder of the files with the class paths of the containers
     */
    public static Setup of(Webapp webapp, Path classpaths, String java, List<String> options) throws IOException {
        Path container = classpaths.resolve(webapp.isJakarta() ? "tomcat11.classpath" : "tomcat9.classpath");
        return new Setup(webapp, java, options, Files.readString(container).strip());
    }

    /**
     * Lets WPS read inputs from the suite's own server, which GeoServer forbids by default; and makes a workspace, without
     * which GeoServer cannot write shapefiles.
     */
    static void prepare(Node node) {
        try {
            if (node.get("rest/urlchecks/suite.json").code() == 404) {
                create(node, "rest/urlchecks", URL_CHECK);
                create(node, "rest/workspaces", "<workspace><name>suite</name></workspace>");
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(node + " does not answer", e);
        }
    }

    private static void create(Node node, String path, String xml) throws IOException, InterruptedException {
        Answer answer = node.post(path, xml);
        if (answer.code() != 201) {
            throw new AssertionError(path + " was not accepted: " + answer);
        }
    }
}
