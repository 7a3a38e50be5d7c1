// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import org.geoserver.wps.WPSException;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geotools.filter.expression.PropertyAccessor;
import org.geotools.filter.expression.PropertyAccessorFactory;
import org.geotools.util.Converters;
import org.geotools.util.factory.Hints;
import org.springframework.beans.BeanWrapperImpl;
import org.springframework.beans.BeansException;

/** Lets filters see the properties of a status as strings, as GeoServer's accessor does, which uses BeanUtils. */
public final class StatusAccessorFactory implements PropertyAccessorFactory {
    @Override
    public PropertyAccessor createPropertyAccessor(Class<?> type, String xpath, Class<?> target, Hints hints) {
        return ExecutionStatus.class.isAssignableFrom(type) ? new StatusAccessor() : null;
    }

    private static final class StatusAccessor implements PropertyAccessor {
        @Override
        public boolean canHandle(Object object, String xpath, Class<?> target) {
            return true;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T> T get(Object object, String xpath, Class<T> target) {
            try {
                Object property = new BeanWrapperImpl(object).getPropertyValue(xpath);
                String value = property == null ? null : property.toString();
                return target == null ? (T) value : Converters.convert(value, target);
            } catch (BeansException e) {
                throw new WPSException("Failed to retrieve property " + xpath, e);
            }
        }

        @Override
        public <T> void set(Object object, String xpath, T value, Class<T> target) {
            throw new UnsupportedOperationException();
        }
    }
}
