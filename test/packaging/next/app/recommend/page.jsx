"use client";

import { useEffect } from "react";

export default function Page() {
  useEffect(() => {
    import("../../recommend.js");
  }, []);
  return <p>recommends</p>;
}
