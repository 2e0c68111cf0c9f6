/** A React component: trains on a file that the visitor chooses, with progress, and recommends. */

import { fit, GRU4Rec, type Recommendation, readSessions } from "gru4rec";
import { useEffect, useRef, useState } from "react";

export function NextItems({ clicked }: { readonly clicked: readonly string[] }) {
  const [model, setModel] = useState<GRU4Rec>();
  const [share, setShare] = useState(0);
  const [error, setError] = useState<string>();
  const training = useRef<AbortController>(undefined);

  useEffect(() => () => training.current?.abort(), []);
  useEffect(() => () => model?.dispose(), [model]);

  async function train(file: File) {
    training.current?.abort();
    training.current = new AbortController();
    const { signal } = training.current;
    try {
      const sessions = await readSessions(file, { signal });
      const made = await GRU4Rec.create(sessions.items, { layers: [32] });
      const onProgress = ({ events, totalEvents }: { events: number; totalEvents: number }) =>
        setShare(events / totalEvents);
      await fit(made, sessions, { epochs: 3, signal, onProgress });
      setModel(made);
    } catch (reason) {
      if (!signal.aborted) setError(String(reason));
    }
  }

  const list: Recommendation[] = model?.recommend(clicked, { count: 5 }) ?? [];
  return (
    <section>
      <input type="file" onChange={({ target }) => target.files?.[0] && train(target.files[0])} />
      {error ?? <progress value={share} />}
      <ol>
        {list.map(({ itemId }) => (
          <li key={String(itemId)}>{String(itemId)}</li>
        ))}
      </ol>
    </section>
  );
}
