"use client";

import { useEffect } from "react";

export default function Page() {
  useEffect(() => {
    import("../train.js");
  }, []);
  return <p>trains</p>;
}
