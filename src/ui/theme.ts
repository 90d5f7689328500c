const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** Read on the server, so that the first paint has the right colours. */
export const themeCookie = "slipway-theme";

/** A stored or chosen value; anything unknown is the system's. */
export function themeOf(value: string | undefined): Theme {
  return themes.find((theme) => theme === value) ?? "system";
}

/** The class of the root element; none leaves it to the system. */
export function themeClass(value: string | undefined): string | undefined {
  const theme = themeOf(value);
  return theme === "system" ? undefined : theme;
}

/** The theme this page shows. */
export function currentTheme(): Theme {
  const { classList } = document.documentElement;
  return themes.find((theme) => classList.contains(theme)) ?? "system";
}

/** Show a theme at once and remember it for a year. */
export function chooseTheme(theme: Theme): void {
  const { classList } = document.documentElement;
  classList.remove(...themes);
  if (theme !== "system") classList.add(theme);
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is not in every browser
  document.cookie = `${themeCookie}=${theme}; path=/; max-age=31536000; samesite=lax`;
}
