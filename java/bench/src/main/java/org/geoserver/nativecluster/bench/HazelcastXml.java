// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

/** The configuration, the same for all: that of GeoServer's Hazelcast module, bound to one address. */
final class HazelcastXml {
    private HazelcastXml() {}

    /** Members of different kinds use different ports for multicast, because Hazelcast logs each message of others. */
    static String of(String kind, String cluster, String address) {
        return """
                <hazelcast xmlns="http://www.hazelcast.com/schema/config">
                  <cluster-name>%s</cluster-name>
                  <properties>
                    <property name="hazelcast.logging.type">jdk</property>
                    <property name="hazelcast.phone.home.enabled">false</property>
                    <property name="hazelcast.multicast.socket.set.interface">true</property>
                  </properties>
                  <network>
                    <port auto-increment="true" port-count="100">5701</port>
                    <join>
                      <multicast enabled="true" loopbackModeEnabled="true">
                        <multicast-group>224.2.2.3</multicast-group>
                        <multicast-port>%d</multicast-port>
                        <multicast-time-to-live>1</multicast-time-to-live>
                      </multicast>
                      <tcp-ip enabled="false"/>
                      <aws enabled="false"/>
                    </join>
                    <interfaces enabled="true">
                      <interface>%s</interface>
                    </interfaces>
                  </network>
                  <map name="wpsExecutionStatusMap">
                    <indexes>
                      <index type="HASH"><attributes><attribute>executionId</attribute></attributes></index>
                      <index type="SORTED"><attributes><attribute>completionTime</attribute></attributes></index>
                    </indexes>
                  </map>
                </hazelcast>
                """
                .formatted(cluster, kind.equals("native") ? 54327 : 54328, address);
    }
}
