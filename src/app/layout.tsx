import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { ClientProvider } from "@/client/provider";
import { themeClass, themeCookie } from "@/ui/theme";
import { Toaster } from "@/ui/toast";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Slipway", template: "%s · Slipway" },
  description: "Connect your Git hosts and deploy from them.",
  robots: { index: false },
  referrer: "same-origin",
};

export const viewport: Viewport = { colorScheme: "light dark", width: "device-width", initialScale: 1 };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = (await cookies()).get(themeCookie)?.value;
  return (
    <html lang="en" className={themeClass(theme)}>
      <body>
        <ClientProvider>{children}</ClientProvider>
        <Toaster />
      </body>
    </html>
  );
}
