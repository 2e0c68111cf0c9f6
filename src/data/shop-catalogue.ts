/**
 * The shelves of an invented outdoor shop: departments of products, and the trips that visitors plan.
 * Names are put together from word lists; no product, brand or visitor exists.
 */

/** Products of one sort: every kind in every variant. */
export interface Department {
  readonly name: string;
  /** What is sold, e.g. `"Dome tent"`. */
  readonly kinds: readonly string[];
  /** How it differs, from the lightest and hardiest to the most comfortable: `"2 persons"`. */
  readonly variants: readonly string[];
}

/** What a visitor has in mind: departments in the order in which they are walked through. */
export interface Trip {
  readonly name: string;
  /** Names of departments; one may come twice. */
  readonly departments: readonly string[];
  /** Which variants are wanted: 0 the lightest and hardiest … 1 the most comfortable. */
  readonly comfort: number;
}

export const DEPARTMENTS: readonly Department[] = [
  {
    name: "Tents",
    kinds: ["Ridge tent", "Dome tent", "Tunnel tent", "Geodesic tent", "Bell tent"],
    variants: ["1 person", "2 persons", "4 persons", "6 persons"],
  },
  {
    name: "Sleeping bags",
    kinds: ["Down sleeping bag", "Synthetic sleeping bag", "Wool sleeping bag", "Sleeping quilt"],
    variants: ["−20 °C", "−10 °C", "5 °C", "12 °C"],
  },
  {
    name: "Mats",
    kinds: ["Foam mat", "Folding mat", "Air mat", "Insulated mat", "Self-inflating mat"],
    variants: ["torso", "regular", "long", "double"],
  },
  {
    name: "Stoves",
    kinds: ["Gas stove", "Spirit stove", "Petrol stove", "Wood stove", "Windproof stove"],
    variants: ["60 g", "90 g", "one burner", "two burners"],
  },
  {
    name: "Cookware",
    kinds: ["Pot", "Pan", "Kettle", "Mug", "Bowl set"],
    variants: ["titanium", "aluminium", "steel", "enamel"],
  },
  {
    name: "Food",
    kinds: ["Muesli", "Lentil curry", "Pasta bolognese", "Rice and beans", "Apple crumble"],
    variants: ["snack", "one portion", "two portions", "family pack"],
  },
  {
    name: "Packs",
    kinds: ["Trail pack", "Trekking pack", "Roll-top pack", "Summit pack", "Travel pack"],
    variants: ["18 litres", "38 litres", "50 litres", "65 litres"],
  },
  {
    name: "Boots",
    kinds: ["Trail shoes", "Approach shoes", "Hiking boots", "Leather boots", "Mountain boots"],
    variants: ["stiff", "light", "waterproof", "wide"],
  },
  {
    name: "Rainwear",
    kinds: ["Rain jacket", "Rain trousers", "Rain skirt", "Rain cape", "Gaiters"],
    variants: ["2.5 layers", "3 layers", "stretch", "lined"],
  },
  {
    name: "Warm clothes",
    kinds: ["Down jacket", "Fleece", "Merino shirt", "Long johns", "Beanie"],
    variants: ["expedition", "light", "hooded", "relaxed"],
  },
  {
    name: "Climbing",
    kinds: ["Harness", "Climbing shoes", "Helmet", "Quickdraws", "Belay device"],
    variants: ["alpine", "sport", "all-round", "starter"],
  },
  {
    name: "Ropes",
    kinds: ["Half rope", "Single rope", "Twin rope", "Static rope", "Glacier rope"],
    variants: ["dry 30 m", "dry 60 m", "50 m", "70 m"],
  },
  {
    name: "Ski",
    kinds: ["Touring skis", "Climbing skins", "Ski boots", "Ski poles", "Goggles"],
    variants: ["race", "light", "wide", "easy"],
  },
  {
    name: "Snow and ice",
    kinds: ["Transceiver", "Probe", "Shovel", "Airbag pack", "Ice axe", "Crampons"],
    variants: ["carbon", "light", "standard", "beginner"],
  },
  {
    name: "Bike",
    kinds: ["Pannier", "Frame bag", "Bike light", "Bike helmet", "Repair kit"],
    variants: ["race", "gravel", "city", "family"],
  },
  {
    name: "Paddling",
    kinds: ["Packraft", "Canoe paddle", "Dry bag", "Life vest", "Spray deck"],
    variants: ["whitewater", "river", "lake", "family"],
  },
  {
    name: "Lamps",
    kinds: ["Headlamp", "Lantern", "Torch", "Solar lamp", "Candle lantern"],
    variants: ["50 g", "rechargeable", "400 lumens", "warm light"],
  },
  {
    name: "Maps",
    kinds: ["Trail map", "Guidebook", "Atlas", "Panorama", "Weather guide"],
    variants: ["peaks", "ridges", "lakes", "coast"],
  },
  {
    name: "Kids",
    kinds: ["Kids jacket", "Kids boots", "Kids rain suit", "Kids pack", "Kids sleeping bag"],
    variants: ["12 years", "9 years", "4 years", "2 years"],
  },
  {
    name: "Camp furniture",
    kinds: ["Camp chair", "Camp table", "Hammock", "Cool box", "Awning"],
    variants: ["minimal", "compact", "padded", "deluxe"],
  },
];

/** The first is the most frequent one, and so on down. */
export const TRIPS: readonly Trip[] = [
  {
    name: "weekend hike",
    departments: ["Boots", "Packs", "Rainwear", "Maps", "Food"],
    comfort: 0.5,
  },
  {
    name: "family campsite",
    departments: ["Tents", "Mats", "Kids", "Camp furniture", "Cookware", "Lamps"],
    comfort: 0.95,
  },
  {
    name: "long trail",
    departments: ["Packs", "Tents", "Sleeping bags", "Stoves", "Food", "Rainwear"],
    comfort: 0.1,
  },
  {
    name: "climbing weekend",
    departments: ["Climbing", "Ropes", "Packs", "Mats", "Stoves"],
    comfort: 0.45,
  },
  {
    name: "bike trip",
    departments: ["Bike", "Rainwear", "Tents", "Mats", "Lamps", "Maps"],
    comfort: 0.4,
  },
  {
    name: "ski tour",
    departments: ["Ski", "Snow and ice", "Warm clothes", "Packs", "Lamps"],
    comfort: 0.3,
  },
  {
    name: "winter camp",
    departments: ["Sleeping bags", "Warm clothes", "Stoves", "Tents", "Lamps", "Food"],
    comfort: 0.05,
  },
  {
    name: "canoe week",
    departments: ["Paddling", "Tents", "Cookware", "Food", "Maps", "Camp furniture"],
    comfort: 0.7,
  },
  {
    name: "alpine course",
    departments: ["Snow and ice", "Ropes", "Boots", "Climbing", "Warm clothes"],
    comfort: 0.15,
  },
  {
    name: "day out with children",
    departments: ["Kids", "Boots", "Food", "Rainwear", "Bike"],
    comfort: 0.85,
  },
];
