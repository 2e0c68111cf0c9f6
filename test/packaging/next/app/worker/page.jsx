"use client";

import { useEffect } from "react";

export default function Page() {
  useEffect(() => {
    import("../../own-worker.js");
  }, []);
  return <p>trains in a worker</p>;
}
