// SPDX-License-Identifier: Apache-2.0
// The form of our dashboards: Grafana's published types, with enumerations as the values that they have in JSON, options and field
// configuration of each panel type of its own, and nothing besides. DashboardsTest puts each dashboard after it and lets tsc look.
import type { AnnotationQuery, Dashboard, DataSourceRef, FieldConfig, FieldConfigSource, Panel, RowPanel, VariableModel } from '@grafana/schema/dist/esm/raw/dashboard/x/Dashboard_types.gen';
import type * as heatmap from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as timeline from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as timeseries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

/** A type as it stands in JSON: members of enumerations are their values. */
type Json<T> = T extends string
  ? `${T}`
  : T extends number
    ? `${T}` extends `${infer Value extends number}` ? Value : T
    : T extends object
      ? { [Key in keyof T]: Json<T[Key]> }
      : T;

/** A query of the Prometheus data source, whose types are not published. */
interface Query {
  refId: string;
  datasource: DataSourceRef;
  expr: string;
  legendFormat: string;
  format: 'time_series' | 'heatmap' | 'table';
  instant: boolean;
  range: boolean;
  exemplar: boolean;
}

type Of<Type extends string, Options, Custom> = Json<Omit<Panel, 'type' | 'options' | 'fieldConfig' | 'targets' | 'description' | 'title'>> & {
  type: Type;
  title: string;
  description: string;
  options: Json<Options>;
  fieldConfig: Json<Omit<FieldConfigSource, 'defaults'>> & {
    defaults: Json<Omit<FieldConfig, 'custom' | 'unit'>> & { unit: string; custom?: Json<Custom> };
  };
  targets: Query[];
};

type AnyPanel =
  | Of<'timeseries', timeseries.Options, timeseries.FieldConfig>
  | Of<'stat', stat.Options, never>
  | Of<'heatmap', heatmap.Options, heatmap.FieldConfig>
  | Of<'state-timeline', timeline.Options, timeline.FieldConfig>
  | (Json<Omit<RowPanel, 'panels'>> & { panels: [] });

/** What the Prometheus data source reads of an annotation beyond the published type. */
interface PrometheusAnnotation {
  titleFormat?: string;
  textFormat?: string;
  tagKeys?: string;
  target?: { refId: string; expr: string; interval: string };
}

export type Strict = Json<Omit<Dashboard, 'panels' | 'annotations' | 'templating'>> & {
  uid: string;
  title: string;
  description: string;
  panels: AnyPanel[];
  templating: { list: Json<VariableModel>[] };
  annotations: { list: (Json<Omit<AnnotationQuery, 'target'>> & PrometheusAnnotation)[] };
};
