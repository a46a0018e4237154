/** What the busiest second takes of each table, and of the busiest keys in it. */
import type { Situation } from "../bill/situation.ts";
import { type TableUnits, together } from "../engine/units.ts";
import { documentUnits, partitions, partitionsWithNews, recording, stepWrites } from "../engine/wake-up.ts";
import { consumptionAt, newsOf } from "../traffic/consumption.ts";

export interface Demands {
  readonly tables: TableUnits;
  /** Write units of single keys. */
  readonly hottestStream: number;
  readonly feedPartition: number;
  readonly rowsOfProjection: number;
  readonly checkpoints: number;
}

/** Partition keys that the rows of a projection are spread over. */
const buckets = 4;

export function demandsOf({ profile, peak }: Situation): Demands {
  const consumption = consumptionAt(profile, peak);
  const news = newsOf(profile, peak);
  const { wakeUps, events } = peak;
  const places = partitionsWithNews(news.streams);
  const rows = profile.projections.map(
    ({ rowsPerEvent, rowBytes }) => 2 * events * rowsPerEvent * documentUnits(rowBytes).writes,
  );
  const steps = wakeUps * places * stepWrites(0, { rowsPerEvent: 0, rowBytes: 0, indexesMoved: 0 });
  return {
    tables: together(consumption.map(({ tables }) => tables)),
    hottestStream: (consumption[0]?.tables.log.writes ?? 0) * profile.streams.hottestShare,
    feedPartition: wakeUps === 0 ? 0 : (wakeUps * (recording(news).feed.writes - news.streams)) / partitions,
    rowsOfProjection: Math.max(0, ...rows) / buckets,
    checkpoints: profile.projections.length === 0 ? 0 : steps + 2 * wakeUps,
  };
}
